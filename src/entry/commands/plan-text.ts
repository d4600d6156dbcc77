import { quarantineSentence, type Writing } from '../../domain/after/quarantine.ts';
import { changesThatMatter, changeText, lossSum } from '../../domain/database/row-changes.ts';
import { changesCode, restoresDatabase } from '../../domain/plan/mode.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Site } from '../../domain/site/site.ts';
import { unbroken } from '../../domain/text/printable.ts';
import { commitLabel } from '../../domain/version/commit.ts';
import { manualCommands, programPlaces } from '../../remote/manual-commands.ts';
import { notShown } from '../../report/facts.ts';
import { distance, healthText, utc } from '../../report/text.ts';
import { titleOf } from '../../report/titles.ts';
import { inLine } from '../parts/terminal.ts';

const OTHER_BACKUPS = 10;

const PLAIN: Writing = { person: (id) => id, moment: utc, words: (text) => text };

/** The plan for a terminal: what Slack says on the card and in its thread, and the commands to do it by hand. */
export function planText(site: Site, plan: Plan, runId: string): string {
  const { facts } = plan;
  const others = facts.otherBackups.slice(0, OTHER_BACKUPS).map(({ name, why }) => `${name}: ${why}`);
  const more = notShown(facts, OTHER_BACKUPS);
  const installed = Object.entries(facts.installed).map(([name, version]) => `${name} ${version}`);
  const steps = plan.steps.map(
    ({ title, deadlineSeconds }, index) => `${index + 1}. ${title} (at most ${deadlineSeconds} s)`,
  );
  return [
    `${titleOf(site, plan)}: the plan. Nothing was changed.\n`,
    table([...codeRows(plan), ...databaseRows(plan), ...otherRows(plan)]),
    paragraph(
      'Rows of the tables that change',
      (facts.loss === null ? [] : changesThatMatter(facts.loss)).map(changeText),
    ),
    paragraph('Steps', steps),
    paragraph('On failure', [plan.failureClause]),
    paragraph('Backups that were not chosen', more > 0 ? [...others, `and ${more} more`] : others),
    paragraph('Environment, built aside', installed.length === 0 ? [] : [installed.join(', ')]),
    exactly('On the host', programPlaces(site, plan, runId)),
    exactly(
      `By hand, as ${site.host.user} on ${site.host.address}; stop at the first command that fails`,
      manualCommands(site, plan, runId),
    ),
    `\nplan ${plan.digest}\nhost key ${inLine(plan.binding.hostKey)}\n`,
  ].join('');
}

type PlanRow = readonly [string, string];

function codeRows({ facts, binding }: Plan): readonly PlanRow[] {
  const since = facts.liveSince === null ? '' : `, live since ${utc(facts.liveSince)}`;
  const now: PlanRow = [
    'Now',
    `${commitLabel(facts.live)}${since}. Health: ${healthText(facts.healthBefore)}`,
  ];
  if (facts.target === null) return [now, ['Then', 'the code stays as it is'], ['Mode', binding.mode]];
  const { liveUntil } = facts.target;
  const ran = liveUntil === null ? 'never ran here' : `ran here until ${utc(liveUntil)}`;
  return [
    now,
    ['Then', `${commitLabel(facts.target)}, ${ran}`],
    ...facts.leftBehind.map((line): PlanRow => ['By hand', `already started, but ${line}`]),
    ['Mode', `${binding.mode}: ${facts.modeReason}`],
  ];
}

function databaseRows({ facts, binding }: Plan): readonly PlanRow[] {
  const { backup } = facts;
  if (!restoresDatabase(binding.mode) || backup === null)
    return [['Lost', 'nothing; the database stays as it is']];
  const age = distance(backup.takenAt, facts.measuredAt);
  return [
    [
      'Lost',
      `everything written to the database after ${utc(backup.takenAt)} (${age} before this plan). Files that visitors uploaded stay.`,
    ],
    ['Rows', facts.loss === null ? 'could not be counted' : lossSum(facts.loss)],
    ['Backup', `${backup.name}, read to its end and complete`],
    ...(facts.rehearsal === undefined ? [] : ([['Rehearsed', facts.rehearsal.sentence]] as const)),
  ];
}

function otherRows({ facts, binding, approvalReasons, quorum }: Plan): readonly PlanRow[] {
  const { database } = facts;
  const work = [
    restoresDatabase(binding.mode) ? 'backs up and overwrites the database' : null,
    changesCode(binding.mode) ? 'switches the code and its prepared environment' : null,
  ].filter((part) => part !== null);
  const people = quorum > 1 ? `${quorum} other people` : 'a second person';
  const warnings = [
    ...facts.warnings,
    ...(database.foreignExtensions.length === 0
      ? []
      : [
          `The database extension ${database.foreignExtensions.join(', ')} belongs to another role, so it stays as it is.`,
        ]),
  ];
  return [
    ['What', `the site goes down; the bot ${work.join(', ')}, starts the site and checks it`],
    [
      'Decides',
      approvalReasons.length === 0
        ? 'one person is enough'
        : `${people} would have to approve, because ${approvalReasons.join(' and ')}`,
    ],
    [
      'Database',
      `${database.name} on ${database.host}:${database.port}, PostgreSQL ${database.serverVersion}`,
    ],
    ...(facts.matrix === null
      ? []
      : [['Matrix', [facts.matrix.version, facts.matrix.date, facts.matrix.outcome].join(', ')] as const]),
    ['Units', facts.units.map((unit) => `${unit.name} (${unit.active})`).join(', ')],
    ...(facts.quarantined ?? []).map((one): PlanRow => ['Warning', quarantineSentence(one, PLAIN)]),
    ...warnings.map((warning): PlanRow => ['Warning', warning]),
  ];
}

function table(rows: readonly PlanRow[]): string {
  return rows
    .map(([name, value]) => `\n${name.padEnd(9)} ${inLine(value)}`)
    .join('')
    .concat('\n');
}

function paragraph(title: string, lines: readonly string[]): string {
  return exactly(title, lines.map(inLine));
}

/** Commands and paths, in which every space counts. */
function exactly(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => `  ${unbroken(line)}\n`).join('')}`;
}
