import type { KnownBlock } from '@slack/types';
import { restoresDatabase } from '../../domain/mode.ts';
import type { Run, SwitchEnd } from '../../domain/run.ts';
import type { Site } from '../../domain/site.ts';
import { stepTitle } from '../../domain/steps.ts';
import { commitLabel } from '../../domain/version.ts';
import { button, confirm, header, section, smallPrint } from './blocks.ts';
import { code, duration, escaped, fallback, health, mention, mentions, moment, oneLine } from './text.ts';

const UP = ['healthy', 'put-back-answers'];

/** Milliseconds from the first stop to the first answer, by the host's clock; null if it never was down or up again. */
export function downtimeMs(run: Run): number | null {
  const down = run.steps.find((step) => step.name === 'stop')?.startedAt;
  const up = run.steps.findLast((step) => UP.includes(step.name) && step.code === 0)?.endedAt;
  return down && up ? Date.parse(up) - Date.parse(down) : null;
}

/** The new post at the end, or where a person has to decide; null while neither is the case. */
export function ending(run: Run, site: Site): { text: string; blocks: KnownBlock[] } | null {
  switch (run.state) {
    case 'succeeded':
      return succeeded(run, site);
    case 'failed':
      return failed(run, site);
    case 'needs-decision':
    case 'closed':
      return needsDecision(run, site);
    case 'expired':
      return short(
        run,
        `:hourglass: ${mention(run.request.requester)} nobody decided on *${escaped(oneLine(site.name))}* in time. Nothing was changed. Type the command again to get a fresh plan.`,
      );
    case 'denied':
      return short(
        run,
        `:no_entry: ${mention(run.request.requester)} the rollback of *${escaped(oneLine(site.name))}* was denied by ${mention(run.actor ?? '')}. Nothing was changed.`,
      );
    case 'refused':
      return run.plan === null
        ? null
        : short(
            run,
            `:no_entry: ${mention(run.request.requester)} the rollback of *${escaped(oneLine(site.name))}* was not started. ${escaped(run.refusal?.sentence ?? '')} ${escaped(run.refusal?.next ?? '')}`,
          );
    default:
      return null;
  }
}

function short(run: Run, text: string): { text: string; blocks: KnownBlock[] } {
  return { text: fallback(text), blocks: [section(text), smallPrint(run.id)] };
}

function succeeded(run: Run, site: Site): { text: string; blocks: KnownBlock[] } {
  const title = `${oneLine(site.name)} is back`;
  const down = downtimeMs(run);
  const lines = [
    `${mention(run.request.requester)} *${escaped(oneLine(site.name))}* ${what(run)} and answers: *${run.healthAfter ? health(run.healthAfter) : 'unknown'}*.`,
    down === null ? null : `It was down for ${duration(down)}.`,
    lost(run),
    checks(run),
  ];
  return {
    text: fallback(`${escaped(title)}: ${run.id} has succeeded.`),
    blocks: [header(title), section(lines.filter((line) => line !== null).join('\n')), smallPrint(run.id)],
  };
}

function what(run: Run): string {
  const target = run.plan?.facts.target;
  if (target) return `runs ${escaped(commitLabel(target))}`;
  return 'has its restored database';
}

function lost(run: Run): string | null {
  const backup = run.plan?.facts.backup;
  if (!run.plan || !restoresDatabase(run.plan.binding.mode) || !backup) return null;
  return `The database is the one of ${moment(backup.takenAt)}. What it was before is kept on the host as the safety backup of this run.`;
}

function checks(run: Run): string {
  const marks = { passed: ':white_check_mark:', failed: ':x:', 'not-checked': ':grey_question:' } as const;
  return run.checks
    .map((check) => `${marks[check.result]} ${escaped(check.name)}: ${escaped(check.detail)}`)
    .join('\n');
}

function failed(run: Run, site: Site): { text: string; blocks: KnownBlock[] } {
  const { ended } = run;
  return ended?.outcome === 'put-back' ? putBack(run, site, ended) : untouched(run, site, ended);
}

function putBack(run: Run, site: Site, ended: SwitchEnd): { text: string; blocks: KnownBlock[] } {
  const title = `${oneLine(site.name)}: the rollback failed and was put back`;
  const down = downtimeMs(run);
  const lines = [
    `${mention(run.request.requester)} the step "${escaped(stepTitle(ended.step))}" failed (${exitCode(ended.code)}).`,
    'The previous code and environment are back and the site answers as it did before. The database is unchanged.',
    down === null ? null : `It was down for ${duration(down)}.`,
    logWord(ended),
  ];
  return message(title, run, lines);
}

function untouched(run: Run, site: Site, ended: SwitchEnd | null): { text: string; blocks: KnownBlock[] } {
  const title = `${oneLine(site.name)}: nothing was changed`;
  const lines = [
    `${mention(run.request.requester)} ${untouchedReason(ended)} The site was not touched.`,
    logWord(ended),
    'Type the command again to get a fresh plan.',
  ];
  return message(title, run, lines);
}

function message(
  title: string,
  run: Run,
  lines: readonly (string | null)[],
): { text: string; blocks: KnownBlock[] } {
  const text = lines.filter((line) => line !== null).join('\n');
  return {
    text: fallback(`${escaped(title)} (${run.id}).`),
    blocks: [header(title), section(text), smallPrint(run.id)],
  };
}

function logWord(ended: SwitchEnd | null): string | null {
  return ended === null || ended.logTail.trim() === '' ? null : 'The end of the log is in the thread.';
}

/** The host's own deadline program ends with 124, or 137 where it had to kill. */
function exitCode(code: number): string {
  return code === 124 || code === 137 ? 'it took too long' : `exit code ${code}`;
}

function untouchedReason(ended: SwitchEnd | null): string {
  switch (ended?.step) {
    case 'lock':
      return 'Somebody deploys this site at this moment: deploy.lock is held.';
    case 'recheck':
      return 'Something on the host is no longer as it was approved.';
    case 'expired':
      return 'The plan expired before it could be started.';
    case 'claim':
      return 'The run directory on the host belongs to another plan.';
    default:
      return 'The switch could not begin.';
  }
}

function needsDecision(run: Run, site: Site): { text: string; blocks: KnownBlock[] } {
  const closed = run.state === 'closed';
  const name = oneLine(site.name);
  const title = closed ? `${name}: closed, the site stays as it is` : `${name} needs a decision`;
  const people = [...new Set([run.request.requester, ...site.operators, ...site.escalation])];
  const blocks = [
    header(title),
    section(`${mentions(people)}\n${stateOfThings(run)}`),
    section(byHand(run, site)),
    closed
      ? section(`:black_square_for_stop: Closed by ${mention(run.actor ?? '')}.`)
      : { type: 'actions' as const, elements: [stopHere(run)] },
    smallPrint(run.id),
  ];
  return {
    text: fallback(`${escaped(title)}: ${run.id} ${closed ? 'was closed' : 'has stopped'}.`),
    blocks,
  };
}

function stopHere(run: Run) {
  return button(
    'Stop here',
    'close',
    { run: run.id, digest: run.plan?.digest ?? null },
    {
      confirm: confirm(
        'Stop here?',
        'The bot leaves the site as it is and gives it free. Whatever is left has to be done by hand.',
        'Stop here',
      ),
    },
  );
}

/** Up or down, which code, which data: one line each, and "unknown" where it is. */
function stateOfThings(run: Run): string {
  const { ended } = run;
  if (ended?.outcome === 'done') return `The switch ended well, but the proof did not hold:\n${checks(run)}`;
  const step = escaped(stepTitle(ended?.step ?? ''));
  if (ended?.outcome === 'interrupted')
    return `:rotating_light: The program on the host was interrupted at "${step}"${ended.code === 1 ? ' by a reboot of the host' : ''}. *Whether the site is up, which code and which data it has is unknown until somebody looks.*`;
  return [
    `:rotating_light: The step "${step}" failed (${exitCode(ended?.code ?? 1)})${putBackFailure(run)}. Nothing more is done by itself.`,
    `*Site*  ${upOrDown(run)}`,
    `*Code*  ${whichCode(run)}`,
    `*Database*  ${whichData(run)}`,
  ].join('\n');
}

function putBackFailure(run: Run): string {
  const step = run.steps.find((one) => one.name.startsWith('put-back-') && one.code !== 0);
  return step ? `, and then "${escaped(stepTitle(step.name))}" failed too` : '';
}

/** The last that was done to the services decides. */
function upOrDown(run: Run): string {
  const last = run.steps.findLast((one) => /^(?:put-back-)?(?:stop|start)$/.test(one.name));
  if (last?.name.endsWith('start') && last.code === 0)
    return 'its services were started, but it does not answer as it should';
  if (last?.name.endsWith('stop') && last.code !== 0) return 'unknown: its services could not all be stopped';
  return '*down*';
}

function whichCode(run: Run): string {
  const target = run.plan?.facts.target;
  const live = run.plan ? escaped(commitLabel(run.plan.facts.live)) : 'unknown';
  const last = run.steps.findLast((one) => one.name === 'checkout' || one.name === 'put-back-checkout');
  if (!target || last === undefined) return `${live}, as before`;
  if (last.code !== 0) return 'unknown: git did not finish';
  return last.name === 'checkout' ? escaped(commitLabel(target)) : `${live}, as before`;
}

/** Putting back begins only where the database was proven unchanged. */
function whichData(run: Run): string {
  const restore = run.steps.find((one) => one.name === 'restore');
  if (!restore || run.steps.some((one) => one.name === 'put-back-stop')) return 'unchanged';
  return restore.code === 0 ? 'restored from the backup' : 'unknown: the restore did not finish';
}

function byHand(run: Run, site: Site): string {
  const folder = `${site.root}/.rollback-bot/runs/${run.id}`;
  const saved = run.steps.some((one) => one.name === 'safety-backup' && one.code === 0)
    ? ' `safety.sql.gz` there is the database as it was before.'
    : '';
  return `On the host, ${code(`${folder}/STATE`)} says how far it came, and \`log\` beside it has all output.${saved}`;
}
