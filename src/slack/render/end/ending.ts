import { downtimeMs } from '../../../domain/outcome/downtime.ts';
import { changesCode, restoresDatabase } from '../../../domain/plan/mode.ts';
import { CANCELLED, exitCode, stepTitle, UNMARKED } from '../../../domain/plan/steps.ts';
import { CHECKS } from '../../../domain/run/decision.ts';
import { kindOf } from '../../../domain/run/request.ts';
import { currentChecks, type Run, type SwitchEnd, type Switched } from '../../../domain/run/run.ts';
import { isVerified } from '../../../domain/run/verified.ts';
import type { Site } from '../../../domain/site/site.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { commitLabel } from '../../../domain/version/commit.ts';
import { recordMark, stateText } from '../../../report/facts.ts';
import { duration } from '../../../report/text.ts';
import { header, section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { escaped, escapedLines } from '../blocks/mrkdwn.ts';
import { saidBy } from '../blocks/reason.ts';
import { checkLines, fallback, health, mention, moment, someone } from '../blocks/text.ts';
import { helpedLine } from './helped.ts';
import { recordsLine } from './records.ts';
import { siteIsBack } from './site-is-back.ts';

/** The post at the end of a run; null before. */
export function ending(run: Run, site: Site): Message | null {
  switch (run.state) {
    case 'succeeded':
      return succeeded(run, site);
    case 'failed':
      return failed(run, site);
    case 'expired':
      return short(
        run,
        `:hourglass: ${mention(run.request.requester)} ${run.plan === null ? 'the request' : 'the plan'} for *${escaped(oneLine(site.name))}* expired, because nobody decided in time. Nothing was changed. Type the command again to get a fresh plan.`,
      );
    case 'denied':
      return short(
        run,
        `:no_entry: ${mention(run.request.requester)} ${runOn(run, site)} was denied by ${someone(run.end?.by)}. Nothing was changed.${saidBy(run.end?.by, run.end?.reason)}`,
      );
    case 'refused':
      return run.plan === null || run.refusal === null
        ? null
        : short(
            run,
            `:no_entry: ${mention(run.request.requester)} ${runOn(run, site)} was not started. ${escaped(run.refusal.sentence)} ${escapedLines(run.refusal.next)}`,
          );
    default:
      return null;
  }
}

function runOn({ request }: Run, site: Site): string {
  const name = `*${escaped(oneLine(site.name))}*`;
  return request.undo === undefined ? `the rollback of ${name}` : `the undo of ${request.undo} on ${name}`;
}

function endPrint(run: Run): ReturnType<typeof smallPrint> {
  return smallPrint(`${run.id}${recordMark(run)}`);
}

function short(run: Run, text: string): Message {
  return { text: fallback(text), blocks: [section(text), endPrint(run)] };
}

function succeeded(run: Run, site: Site): Message {
  const title = isVerified(run)
    ? `${oneLine(site.name)} is back`
    : `${oneLine(site.name)}: ${run.request.undo === undefined ? 'rolled back' : 'undo done'}, but checks failed`;
  const down = downtimeMs(run);
  const lines = [
    `${mention(run.request.requester)} *${escaped(oneLine(site.name))}* ${what(run)}${answering(run)}.`,
    failedChecks(run),
    cancelledTooLate(run),
    helpedLine(run),
    down === null ? null : `It was down for ${duration(down)}.`,
    lost(run),
    glassNote(run),
    canBeUndone(run, site),
    checkLines(currentChecks(run)),
    recordsLine(run),
  ];
  return {
    text: fallback(`${escaped(`${title}:`)} ${run.id} ${stateText(run)}.`),
    blocks: [
      header(title),
      section(lines.filter((line) => line !== null).join('\n')),
      ...(isVerified(run) ? [] : siteIsBack(run, site)),
      endPrint(run),
    ],
  };
}

function glassNote({ glass }: Run): string | null {
  return glass.broken.length === 0
    ? null
    : ':rotating_light: The glass was broken for it, so an approver has to review it. See the message below.';
}

function answering({ verification }: Run): string {
  if (verification === null) return ', but whether it answers is *unknown*';
  const { status, word } = verification.health;
  return status === null
    ? `, but does *not* answer (${escaped(word)})`
    : ` and answers: *${health(verification.health)}*`;
}

function failedChecks(run: Run): string | null {
  if (isVerified(run)) return null;
  const by = run.history.stops.findLast(
    ({ decision }) => decision.action === 'skip' && decision.step === CHECKS,
  )?.by;
  return `:warning: ${someone(by)} marked it as done. The failed checks are below, and the bot can't confirm that the site works.`;
}

/** Whoever cancelled was told that the bot may put the previous code back. */
function cancelledTooLate({ switched }: Run): string | null {
  return switched?.cancelledBy
    ? `:octagonal_sign: ${mention(switched.cancelledBy)} cancelled it too late: no step was left, so nothing was put back.`
    : null;
}

function what({ plan }: Run): string {
  const before = plan?.facts.undo ? ` again, as before ${plan.facts.undo.run},` : '';
  const target = plan?.facts.target;
  if (target) return `runs ${escaped(commitLabel(target))}${before}`;
  return before === '' ? 'has the restored database' : `has its database${before}`;
}

/** How to undo the run, and how long the host keeps what that needs. */
function canBeUndone({ id, plan }: Run, { retention }: Site): string | null {
  if (plan === null) return null;
  const { mode } = plan.binding;
  const kept = [
    ...(restoresDatabase(mode) ? [newest(retention.safetyBackups, 'safety backup')] : []),
    ...(changesCode(mode) ? [newest(retention.environments, 'environment')] : []),
  ].join(' and ');
  return `*Can be undone*  with \`/rollback undo ${id}\`, until someone changes the site. For that, the host keeps ${kept}.`;
}

function newest(count: number, what: string): string {
  return count === 1 ? `the newest ${what}` : `the newest ${count} ${what}s`;
}

function lost(run: Run): string | null {
  const backup = run.plan?.facts.backup;
  if (!run.plan || !restoresDatabase(run.plan.binding.mode) || !backup) return null;
  return `The database is the backup of ${moment(backup.takenAt)}. The previous one is kept on the host, as this run's safety backup.`;
}

function failed(run: Run, site: Site): Message | null {
  const { switched } = run;
  if (!switched?.ended) return null;
  const tell = switched.ended.outcome === 'put-back' ? putBack : untouched;
  return tell(run, site, switched, switched.ended);
}

function putBack(run: Run, site: Site, switched: Switched, ended: SwitchEnd): Message {
  const kind = kindOf(run.request);
  const title =
    ended.step === 'go-back'
      ? `${oneLine(site.name)}: the ${kind} was taken back`
      : `${oneLine(site.name)}: the ${kind} ${ended.code === CANCELLED ? 'was cancelled' : 'failed'} and was put back`;
  const down = downtimeMs(run);
  const lines = [
    `${mention(run.request.requester)} ${ended.step === 'go-back' ? wentBack(run, switched) : whatFailed(switched, ended)}`,
    `The previous code and environment are back and the site answers as it did before. ${dataAfter(switched)}`,
    glassNote(run),
    down === null ? null : `It was down for ${duration(down)}.`,
    logNote(ended),
    recordsLine(run),
  ];
  return message(title, run, lines);
}

function whatFailed({ cancelledBy }: Switched, { step, code }: SwitchEnd): string {
  return code === CANCELLED
    ? `${someone(cancelledBy)} cancelled it before the step "${escaped(stepTitle(step))}".`
    : `the step "${escaped(stepTitle(step))}" failed (${exitCode(code)}).`;
}

function wentBack({ request }: Run, { decision }: Switched): string {
  const approver = decision?.approval ? `, approved by ${mention(decision.approval.approver)}` : '';
  return `the ${kindOf(request)} was taken back, as ${someone(decision?.by)} decided${approver}.`;
}

function dataAfter({ steps }: Switched): string {
  if (!steps.some((step) => step.name === 'put-back-restore')) return 'The database is unchanged.';
  const kept = steps.some((step) => step.name === 'put-back-keep')
    ? ' The one that it replaced is kept on the host, as another safety backup.'
    : '';
  return `The original database is back, from the safety backup.${kept}`;
}

function untouched(run: Run, site: Site, switched: Switched, ended: SwitchEnd): Message {
  const title = `${oneLine(site.name)}: nothing was changed`;
  const lines = [
    `${mention(run.request.requester)} ${ended.code === CANCELLED ? whatFailed(switched, ended) : untouchedReason(ended)} The site was not touched.`,
    logNote(ended),
    'Type the command again to get a fresh plan.',
  ];
  return message(title, run, lines);
}

function message(title: string, run: Run, lines: readonly (string | null)[]): Message {
  const text = lines.filter((line) => line !== null).join('\n');
  return {
    text: fallback(`${escaped(title)} (${run.id}).`),
    blocks: [header(title), section(text), endPrint(run)],
  };
}

function logNote({ logTail }: SwitchEnd): string | null {
  return logTail.trim() === '' ? null : 'The end of the log is in the thread.';
}

function untouchedReason({ step, code }: SwitchEnd): string {
  if (code === UNMARKED)
    return "The bot couldn't write anything on the host. Check whether its disk is full.";
  switch (step) {
    case 'lock':
      return 'Someone is deploying or repairing this site right now (deploy.lock is held).';
    case 'recheck':
      return 'Something on the host has changed since the plan was made.';
    case 'expired':
      return 'The plan expired before it could be started.';
    case 'interrupted':
      return 'The program on the host was interrupted before it stopped anything.';
    case 'approval':
      return 'Its approval is not valid. Tell whoever runs the bot.';
    case 'host-key':
      return "The host's key is not the one in the plan.";
    case 'claim':
      return 'The run directory on the host belongs to another plan.';
    case 'ended':
      return 'Its host has this run as one that has ended, so the record was not what the bot had written. Tell whoever runs the bot.';
    default:
      return "The switch couldn't start.";
  }
}
