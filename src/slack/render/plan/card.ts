import type { KnownBlock } from '@slack/types';
import { onePerPerson, otherPeople } from '../../../domain/approval/persons.ts';
import { besideRowsShort } from '../../../domain/database/restore-facts.ts';
import {
  changesThatMatter,
  changeWordsWith,
  lossShort,
  lossSum,
} from '../../../domain/database/row-changes.ts';
import { changesCode, restoresDatabase } from '../../../domain/plan/mode.ts';
import type { Plan, UndoFacts } from '../../../domain/plan/plan.ts';
import { glassFor } from '../../../domain/run/glass.ts';
import type { Consent, Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { commitLabel } from '../../../domain/version/commit.ts';
import { distance } from '../../../report/text.ts';
import { titleOf } from '../../../report/titles.ts';
import { nobodyElse, whoHasToApprove } from '../blocks/approvers.ts';
import { button, confirm, header, quoted, section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { code, escaped } from '../blocks/mrkdwn.ts';
import { reasonInput, saidBy, saidWith } from '../blocks/reason.ts';
import { cut, fallback, health, mention, moment, someone } from '../blocks/text.ts';
import { glassButton } from '../run/glass.ts';
import { lossSentence } from './gist.ts';
import { warnings } from './warnings.ts';

/** In characters, so that no name from the host can push what will be lost off the card. */
const ROOM = { code: 1200, database: 1700 } as const;

/**
 * The card: which site, to what, who asks, what will be lost, what happens if I press. A phone shows these answers without
 * much scrolling; everything else is in the thread.
 */
export function card(run: Run, site: Site, plan: Plan, unenrolled: readonly string[] = []): Message {
  const title = run.state === 'dry-run' ? `Dry run: ${titleOf(site, plan)}` : `${titleOf(site, plan)}?`;
  return {
    text: fallback(`${escaped(title)} (${run.id}, requested by ${mention(run.request.requester)})`),
    blocks: [
      header(title),
      section(askedBy(run, site, plan)),
      ...(run.request.reason ? [quoted('Reason', run.request.reason)] : []),
      section(`${cut(codeLines(plan), ROOM.code)}\n${cut(databaseLines(run, plan), ROOM.database)}`),
      section(whatHappens(run, plan)),
      ...rehearsal(plan),
      ...warnings(plan),
      ...decision(run, site, plan, unenrolled),
    ],
  };
}

function askedBy(run: Run, site: Site, plan: Plan): string {
  const wish = wishOf(plan);
  return `${mention(run.request.requester)} asks to ${wish} *${escaped(site.slug)}* (${site.environment}, ${escaped(oneLine(site.domain))}).`;
}

function wishOf({ facts, binding }: Plan): string {
  if (facts.undo !== undefined) return `undo ${facts.undo.run} on`;
  return changesCode(binding.mode) ? 'roll back' : 'restore the database of';
}

function codeLines({ facts, binding }: Plan): string {
  const isBegun = facts.leftBehind.length > 0;
  const since = facts.liveSince
    ? `, ${isBegun ? 'checked out' : 'live since'} ${moment(facts.liveSince)}`
    : '';
  const now = `*Now*  ${escaped(commitLabel(facts.live))}${since}. Health: *${health(facts.healthBefore)}*`;
  if (facts.target === null) return `${now}\n*Code*  stays as it is`;
  const ran = facts.target.liveUntil
    ? `ran here until ${moment(facts.target.liveUntil)}`
    : isBegun
      ? 'already checked out'
      : 'never ran here';
  const mode = binding.mode === 'code-only' ? ' Code only.' : '';
  return `${now}\n*Then*  ${escaped(commitLabel(facts.target))}, ${ran}.${mode}${begunByHand(facts.leftBehind)}`;
}

function begunByHand(leftBehind: readonly string[]): string {
  if (leftBehind.length === 0) return '';
  const lines = leftBehind.map((line) => `\n• ${escaped(line)}`).join('');
  return `\n*Already started by hand*  The code is in place, but these don't match it yet:${lines}`;
}

function databaseLines(run: Run, { facts, binding }: Plan): string {
  const { backup } = facts;
  if (!restoresDatabase(binding.mode) || backup === null)
    return `*What will be lost*  Nothing. The database stays as it is, because ${escaped(facts.modeReason)}.`;
  if (facts.undo !== undefined) return undoneDatabase(run, facts, facts.undo);
  const age = distance(backup.takenAt, plannedAt(run, facts));
  return [
    `*What will be lost*  Everything written to the database since *${moment(backup.takenAt)}* (${age})${counted(run, facts)}. Uploaded files stay.`,
    ...besideRows(facts),
    `*Backup*  ${code(backup.name)}`,
  ].join('\n');
}

/** What the restore takes beside rows, in one line; the thread has all. */
function besideRows({ lostBeside }: Plan['facts']): readonly string[] {
  if (lostBeside === undefined || lostBeside?.length === 0) return [];
  return [`*Also lost*  ${escaped(besideRowsShort(lostBeside))}.`];
}

/** An undo loses what was written since the run restored the database, and brings back what that restore took away. */
function undoneDatabase(
  run: Run,
  facts: Plan['facts'],
  { run: id, stoppedAt, comesBack }: UndoFacts,
): string {
  const age = distance(stoppedAt, plannedAt(run, facts));
  const rows = comesBack === null ? '' : `: ${escaped(lossShort(comesBack))}`;
  return [
    `*What will be lost*  Everything entered since the rollback, *${moment(stoppedAt)}* (${age})${counted(run, facts)}. Uploaded files stay.`,
    ...besideRows(facts),
    `*What comes back*  The database as it was just before ${id}, from its safety backup${rows}.`,
  ].join('\n');
}

/** When the plan was made. A dry run has no consent and ends with its plan. */
function plannedAt({ consent, end }: Run, { measuredAt }: Plan['facts']): string {
  return consent?.since ?? end?.at ?? measuredAt;
}

/** The sum and the largest changes only, because the whole card has to fit on a phone. */
function counted({ consent }: Run, { loss }: Plan['facts']): string {
  const measured = consent?.measured;
  const now = measured?.loss ?? loss;
  if (now === null) return '; the rows could not be counted';
  const when = measured ? `, counted ${moment(measured.at)}` : '';
  return `: ${escaped(lossShort(now))}${when}`;
}

/** Nobody reads more tables than this in a view; the thread has all. */
const MOST_TABLES = 4;

export function rowLines(loss: Plan['facts']['loss'], where = 'in the backup'): readonly string[] {
  if (loss === null) return ['*Rows*  Could not be counted.'];
  const shown = changesThatMatter(loss).slice(0, MOST_TABLES);
  return [
    ...shown.map((change) => `• ${escaped(changeWordsWith(where, change))}`),
    `*Rows in total*  ${escaped(lossSum(loss, where))}.`,
  ];
}

function whatHappens(run: Run, plan: Plan): string {
  const { mode } = plan.binding;
  const work = [
    ...(restoresDatabase(mode) ? [`backs up the database, overwrites it with ${source(plan)}`] : []),
    ...(changesCode(mode) ? [switched(plan)] : []),
    'starts the site and checks it',
  ];
  return `*${whenPressed(run, plan)}*  The site goes down. The bot ${work.join(', ')}. ${plan.failureClause}`;
}

function rehearsal({ facts }: Plan): KnownBlock[] {
  const { rehearsal: tried } = facts;
  if (tried === undefined) return [];
  return [section(`*Rehearsed*  ${tried.passed ? ':white_check_mark: ' : ''}${escaped(tried.sentence)}`)];
}

function source({ facts }: Plan): string {
  return facts.undo === undefined ? 'the backup above' : 'the safety backup above';
}

function switched({ facts }: Plan): string {
  return facts.leftBehind.length > 0
    ? 'switches to the environment that was built for its code'
    : 'switches the code';
}

/** While there is a button, says what it does. */
function whenPressed(run: Run, { quorum }: Plan): string {
  switch (run.state) {
    case 'awaiting-approval':
      return ifApproved(quorum, quorum - approversOf(run.consent).length);
    case 'awaiting-start':
      return 'If you press Start';
    case 'dry-run':
      return 'What would happen';
    default:
      return 'The plan';
  }
}

/** If the plan needs several approvals, does not promise that one press starts it. */
function ifApproved(quorum: number, missing: number): string {
  if (quorum === 1) return 'If you press Approve';
  return missing === 1 ? 'If one more person approves' : `If ${missing} people approve`;
}

/** The buttons while people can still decide; afterwards who decided what. */
function decision(run: Run, site: Site, plan: Plan, unenrolled: readonly string[]): KnownBlock[] {
  const { consent } = run;
  const print = smallPrint(`${run.id} · plan ${plan.digest.slice(0, 12)}`);
  if (consent === null)
    return [
      section(':page_facing_up: This is a dry run. Nobody has to approve it, and nothing was changed.'),
      print,
    ];
  const value = { run: run.id, digest: plan.digest };
  const cancel = button('Cancel', 'cancel', value);
  switch (run.state) {
    case 'awaiting-approval': {
      return [
        section(
          `${whoApproves(run, site, plan, unenrolled)}\n*Why*  ${escaped(whySecond(plan))}. *Until*  ${moment(consent.expiresAt)}.`,
        ),
        reasonInput(),
        {
          type: 'actions',
          elements: [
            approve(site, plan, value),
            button('Deny', 'deny', value, { style: 'danger' }),
            ...(restoresDatabase(plan.binding.mode) ? [button('What is lost now', 'measure', value)] : []),
            cancel,
          ],
        },
        ...glassButton(site, value),
        print,
      ];
    }
    case 'awaiting-start':
      return [
        section(
          `No second person is needed, because the database stays as it is. *Until*  ${moment(consent.expiresAt)}.`,
        ),
        {
          type: 'actions',
          elements: [
            button('Start', 'start', value, {
              style: 'primary',
              confirm: confirm(
                plan.facts.undo ? 'Start the undo?' : 'Start the rollback?',
                `${oneLine(site.name)} goes down for a moment.`,
                'Start',
              ),
            }),
            cancel,
          ],
        },
        print,
      ];
    default:
      return [section(decided(run, consent)), print];
  }
}

/** Why one person is not enough; in full mode also why the database has to go back with the code. */
function whySecond({ approvalReasons, binding, facts }: Plan): string {
  const because = binding.mode === 'full' ? ` (${facts.modeReason})` : '';
  return `${approvalReasons.join(' and ')}${because}`;
}

/** Who still has to approve, and who already has. */
function whoApproves(run: Run, site: Site, plan: Plan, unenrolled: readonly string[]): string {
  const known = [run.request.requester, ...approversOf(run.consent)];
  const left = onePerPerson(otherPeople(site.approvers, known, site.accounts), site.accounts);
  if (left.length === 0) return nobodyElse;
  return whoHasToApprove(plan.quorum, run.consent?.approvals ?? [], left, unenrolled);
}

function approve(site: Site, plan: Plan, value: { run: string; digest: string }) {
  return button('Approve', 'approve', value, {
    style: 'primary',
    confirm: confirm(
      plan.facts.undo ? 'Approve this undo?' : 'Approve this rollback?',
      `${titleOf(site, plan)}. ${lossSentence(plan)}`,
      'Approve',
    ),
  });
}

function approversOf(consent: Consent | null): readonly string[] {
  return consent?.approvals.map(({ approver }) => approver) ?? [];
}

function decided(run: Run, consent: Consent): string {
  const approvers = approversOf(consent).map(mention).join(' and ');
  const glass = run.plan === null ? null : glassFor(run, run.plan.digest);
  switch (run.state) {
    case 'denied':
      return `:no_entry: Denied by ${someone(run.end?.by)}. Nothing was changed.${saidBy(run.end?.by, run.end?.reason)}`;
    case 'cancelled':
      return `:no_entry: Cancelled by ${someone(run.end?.by)}. Nothing was changed.`;
    case 'expired':
      return ':hourglass: Expired: nobody decided in time. Nothing was changed.';
    case 'refused':
      return ':no_entry: Not started. Nothing was changed.';
    default:
      if (glass !== null)
        return `:rotating_light: ${mention(glass.by)} broke the glass: it went ahead without the missing approvals.${approvers ? ` Approved by ${approvers}.` : ''}`;
      return approvers
        ? `:white_check_mark: Approved by ${approvers}.${saidWith(consent.approvals)}`
        : `:white_check_mark: Started by ${someone(consent.started?.by)}.`;
  }
}
