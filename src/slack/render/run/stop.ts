import type { Button, KnownBlock } from '@slack/types';
import { onePerPerson, otherPeople } from '../../../domain/approval/persons.ts';
import { CANCELLED, exitCode, runbookSays, stepTitle } from '../../../domain/plan/steps.ts';
import { stepsOfAttempt } from '../../../domain/run/attempts.ts';
import type { DecisionAction } from '../../../domain/run/decision.ts';
import { closedWhileSilent, isHostSilent } from '../../../domain/run/host-silence.ts';
import {
  currentChecks,
  type DecisionRequest,
  type PastStop,
  type Run,
  type RunEnd,
  recordedSteps,
  type SwitchEnd,
  type Switched,
} from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { DECISION_LABELS } from '../../../domain/stop/labels.ts';
import { type Offer, offers, stepInQuestion } from '../../../domain/stop/offers.ts';
import { siteState } from '../../../domain/stop/site-state.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { whoHasToApprove } from '../blocks/approvers.ts';
import { button, confirm, header, preformatted, section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { code, escaped } from '../blocks/mrkdwn.ts';
import { reasonInput, saidBy, saidWith } from '../blocks/reason.ts';
import { checkLines, fallback, mention, mentions, moment, someone } from '../blocks/text.ts';
import { helpedLine } from '../end/helped.ts';
import { recordsLine } from '../end/records.ts';
import { siteIsBack } from '../end/site-is-back.ts';
import { consequence } from './consequence.ts';
import { glassButton } from './glass.ts';
import { CLOSED_WHILE_SILENT, closingWhileSilent, silentText, WHILE_SILENT } from './host-silence.ts';

/** The post that asks people what to do when a run has stopped; afterwards it says who ended the run. */
export function stop(run: Run, site: Site): Message {
  const name = oneLine(site.name);
  const title = titleOf(run, name);
  const people = [...new Set([run.request.requester, ...site.operators, ...site.escalation])];
  const { end } = run;
  return {
    text: fallback(`${escaped(`${title}:`)} ${run.id} ${end === null ? 'has stopped' : 'was closed'}.`),
    blocks: [
      header(title),
      section(`${mentions(people)}\n${whatHappened(run, site)}`),
      section([...advice(run), byHand(run, site)].join('\n')),
      ...(end === null
        ? [...onIt(run), ...buttons(run)]
        : [section(closedText(run, end)), ...siteIsBack(run, site)]),
      smallPrint(run.id),
    ],
  };
}

function advice(run: Run): readonly string[] {
  if (closedWhileSilent(run)) return [];
  return [isHostSilent(run) ? WHILE_SILENT : runbook(run)];
}

/** A past stop: why, and what was decided. */
export function settledStop(run: Run, site: Site, past: PastStop): Message {
  const title = `${oneLine(site.name)} needed a decision`;
  const { decision, by, approvals, ended, glassBy } = past;
  const people = approvals.map(({ approver }) => mention(approver)).join(' and ');
  const approved = people === '' ? '' : `, approved by ${people}`;
  const agreed = glassBy === null ? approved : `, and ${mention(glassBy)} broke the glass for it`;
  return {
    text: fallback(`${escaped(title)} (${run.id}): ${DECISION_LABELS[decision.action]}.`),
    blocks: [
      header(title),
      section(
        `${pastReason(ended)} ${mention(by)} chose *${DECISION_LABELS[decision.action]}*${agreed}.${saidWith(approvals)}`,
      ),
      smallPrint(run.id),
    ],
  };
}

function pastReason(ended: SwitchEnd): string {
  return ended.outcome === 'done' ? 'Checks failed.' : `"${escaped(stepTitle(ended.step))}" failed.`;
}

/** The commands for a person who continues by hand. */
export function handOver(commands: string): Message {
  return {
    text: 'The commands to continue by hand',
    blocks: [section('*By hand from here*'), preformatted(commands)],
  };
}

function titleOf({ end, silence }: Run, name: string): string {
  if (end === null) return silence === null ? `${name} needs a decision` : `${name}: its host doesn't answer`;
  if (end.commands !== null) return `${name}: taken over by hand`;
  return `${name}: closed, ${silence === null ? 'the site stays as it is' : "and its host doesn't answer"}`;
}

function closedText(run: Run, end: RunEnd): string {
  return [closedBy(run, end), recordsLine(run)].filter((line) => line !== null).join('\n');
}

function closedBy({ silence }: Run, { by, commands }: RunEnd): string {
  const who =
    commands === null
      ? `:black_square_for_stop: Closed by ${someone(by)}.`
      : `:hand: ${someone(by)} has taken over by hand. The commands are in the run's thread.`;
  return silence === null ? who : `${who} ${CLOSED_WHILE_SILENT}`;
}

function runbook(run: Run): string {
  return `*The runbook*  ${runbookSays(stepInQuestion(run))}`;
}

function whatHappened(run: Run, site: Site): string {
  const { silence, switched } = run;
  const { headline, detail } = siteState(run, site);
  const state = `:rotating_light: *${escaped(headline)}* ${escaped(detail)}`;
  if (silence !== null) return `${state}\n${silentText(run, silence)}`;
  return switched?.ended ? `${state}\n${whyStopped(run, switched, switched.ended)}` : state;
}

function whyStopped(run: Run, { decision, cancelledBy }: Switched, ended: SwitchEnd): string {
  if (ended.outcome === 'done') return [helpedLine(run), checkLines(currentChecks(run))].join('\n');
  const step = escaped(stepTitle(ended.step));
  if (ended.outcome === 'interrupted')
    return `The program on the host was interrupted at "${step}"${ended.code === 1 ? ', because the host rebooted' : ''}.`;
  if (ended.outcome === 'untouched' && decision !== null)
    return `"${DECISION_LABELS[decision.recovery.action]}" was not started: ${escaped(oneLine(ended.logTail, 300))}`;
  if (ended.code === CANCELLED)
    return `${someone(cancelledBy)} cancelled it before the step "${step}". Nothing more happens until someone decides.`;
  return `The step "${step}" failed (${exitCode(ended.code)})${putBackFailure(run)}. Nothing more happens until someone decides.`;
}

/** Only the first attempt puts the code back on its own. */
function putBackFailure(run: Run): string {
  if (run.switched?.attempt !== 1) return '';
  const step = stepsOfAttempt(run).find(({ name, code }) => name.startsWith('put-back-') && code !== 0);
  return step ? `, and then "${escaped(stepTitle(step.name))}" failed too` : '';
}

function byHand(run: Run, site: Site): string {
  const folder = `${site.root}/.rollback-bot/runs/${run.id}`;
  const saved = recordedSteps(run).some((one) => one.name === 'safety-backup' && one.code === 0)
    ? ' `safety.sql.gz` there is the database from before the switch.'
    : '';
  return `*On the host*  ${code(`${folder}/STATE`)} says how far it got.${saved}`;
}

/** The post that asks a second person to approve a decision; afterwards the answer. */
export function decisionRequest(
  run: Run,
  site: Site,
  one: DecisionRequest,
  unenrolled: readonly string[] = [],
): Message {
  const { recovery, by, digest, expiresAt, answer } = one;
  const label = DECISION_LABELS[recovery.action];
  const name = oneLine(site.name);
  const people = onePerPerson(otherPeople(site.approvers, [by], site.accounts), site.accounts);
  const value = { run: run.id, digest };
  const offer = offers(run).find((one) => one.digest === digest);
  const why = offer?.secondPerson ?? 'the plan did not cover it';
  const quorum = offer?.quorum ?? run.plan?.quorum ?? 1;
  return {
    text: fallback(`${escaped(`${name}:`)} ${label} needs a second person (${run.id}).`),
    blocks: [
      header(`${label}: ${name}?`),
      section(`:raised_hand: ${mention(by)} wants *${label}*. ${escaped(consequence(run, recovery.action))}`),
      ...(answer === null
        ? [
            section(
              `${whoHasToApprove(quorum, one.approvals, people, unenrolled)}\n*Why*  ${escaped(why)}. *Until*  ${moment(expiresAt)}.`,
            ),
            reasonInput(),
            {
              type: 'actions' as const,
              elements: [
                button('Approve', 'agree', value, {
                  style: 'primary',
                  confirm: confirm(`Approve "${label}"?`, consequence(run, recovery.action), 'Approve'),
                }),
                button('Deny', 'disagree', value, { style: 'danger' }),
              ],
            },
            ...glassButton(site, value),
          ]
        : [section(answerText(answer))]),
      smallPrint(run.id),
    ],
  };
}

/** Tells whoever wanted the decision why it was denied: the message that asked only gets an edit, which notifies nobody. */
export function denialOf({ recovery, by, answer }: DecisionRequest): Message | null {
  if (answer?.kind !== 'denied' || answer.reason === undefined) return null;
  const text = `:no_entry: ${mention(by)} *${DECISION_LABELS[recovery.action]}* was denied by ${mention(answer.by)}. Nothing was done.${saidBy(answer.by, answer.reason)}`;
  return { text: fallback(text), blocks: [section(text)] };
}

function answerText(answer: NonNullable<DecisionRequest['answer']>): string {
  switch (answer.kind) {
    case 'approved':
      return `:white_check_mark: Approved by ${mention(answer.by)}.${saidBy(answer.by, answer.reason)}`;
    case 'denied':
      return `:no_entry: Denied by ${mention(answer.by)}. Nothing was done.${saidBy(answer.by, answer.reason)}`;
    case 'glass':
      return `:rotating_light: ${mention(answer.by)} broke the glass, so it went ahead without the missing approvals.`;
    case 'over':
      return ':hourglass: No longer open: it was not approved in time, or something else was decided first. Nothing was done.';
  }
}

function onIt({ stop }: Run): KnownBlock[] {
  return stop?.acknowledgedBy ? [section(`:eyes: ${mention(stop.acknowledgedBy)} is on it.`)] : [];
}

/** What happens if I end the run. */
const CLOSING = {
  takeOver: 'The bot gives you the remaining commands, ends this run and leaves the site alone.',
  stopHere:
    'The bot ends this run, leaves the site as it is and frees it for other runs. You do the rest by hand.',
};

/** In the order in which a tired person should consider them. */
function buttons(run: Run): KnownBlock[] {
  const value = { run: run.id, digest: run.plan?.digest ?? null };
  const offered = [...offers(run)].sort(
    (a, b) => ORDER.indexOf(a.decision.action) - ORDER.indexOf(b.decision.action),
  );
  const closing = run.silence === null ? CLOSING : closingWhileSilent;
  const elements: Button[] = [
    ...offered.map((offer) => offerButton(run, offer)),
    button('Take over by hand', 'take-over', value, {
      confirm: confirm('Take over by hand?', closing.takeOver, 'Take over'),
    }),
    button('Stop here', 'close', value, {
      confirm: confirm('Stop here?', closing.stopHere, 'Stop here'),
    }),
    ...(isHostSilent(run) && !run.switched?.cancelledBy ? [button('Cancel', 'cancel', value)] : []),
    ...(run.stop?.acknowledgedBy ? [] : [button('I am on it', 'acknowledge', value)]),
  ];
  return [{ type: 'actions', elements }];
}

const ORDER: readonly DecisionAction[] = ['go-back', 'retry', 'skip'];

function offerButton(run: Run, { decision, digest, secondPerson, quorum }: Offer): Button {
  const label = DECISION_LABELS[decision.action];
  const people = quorum === 1 ? 'A second person has' : `${quorum} other people have`;
  const second = secondPerson === null ? '' : ` ${people} to approve it first.`;
  return button(
    label,
    decision.action,
    { run: run.id, digest },
    {
      ...(decision.action === 'go-back' ? { style: 'primary' as const } : {}),
      confirm: confirm(`${label}?`, `${consequence(run, decision.action)}${second}`, label),
    },
  );
}
