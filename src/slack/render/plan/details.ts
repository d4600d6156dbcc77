import type { KnownBlock, SectionBlock } from '@slack/types';
import { changeWordsWith } from '../../../domain/database/row-changes.ts';
import type { UnitState } from '../../../domain/host/survey.ts';
import { restoresDatabase } from '../../../domain/plan/mode.ts';
import type { Plan } from '../../../domain/plan/plan.ts';
import { oneLine, printable } from '../../../domain/text/printable.ts';
import { notShown } from '../../../report/facts.ts';
import { preformatted, section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { code, escaped } from '../blocks/mrkdwn.ts';
import { cut, tail } from '../blocks/text.ts';

/** For output in one message, in characters. */
const OUTPUT = 2800;

/** For each list, in characters. Slack allows 10,000 for all text of one message: if the lists are long, each gets less. */
const LIST = 2000;
const SHORT_LIST = 1000;
const MOST_TEXT = 9500;

const OTHER_BACKUPS = 10;

/** Everything in the plan that the card leaves out, for the thread. */
export function details(plan: Plan): Message {
  const all = blocksOf(plan, LIST);
  const length = all.reduce((sum, block) => sum + (block.text?.text.length ?? 0), 0);
  return {
    text: 'The plan in detail',
    blocks: [...(length > MOST_TEXT ? blocksOf(plan, SHORT_LIST) : all), identity(plan)],
  };
}

/** What an approval is bound to, in short. */
function identity({ digest, binding }: Plan): KnownBlock {
  const hostKey = escaped(oneLine(binding.hostKey));
  return smallPrint(`plan ${digest} · program ${binding.programSha256.slice(0, 12)} · host key ${hostKey}`);
}

/** `most`: for each list, in characters. */
function blocksOf(plan: Plan, most: number): readonly SectionBlock[] {
  const { facts, binding } = plan;
  const { undo } = facts;
  const where = undo ? `after ${undo.run}` : 'in the backup';
  const environment = undo ? `kept by ${undo.run}` : 'already built';
  const steps = plan.steps
    .map((step, index) => `${index + 1}. ${step.title} (at most ${step.deadlineSeconds} s)`)
    .join('\n');
  const backups = facts.otherBackups
    .slice(0, OTHER_BACKUPS)
    .map(({ name, why }) => `• ${code(name)}: ${escaped(why)}`);
  const more = notShown(facts, OTHER_BACKUPS);
  const installed = Object.entries(facts.installed)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
  const rows = (facts.loss ?? []).map(
    (change) => `• ${escaped(changeWordsWith(where, { ...change, words: change.table }))}`,
  );
  const lost = (facts.lostBeside ?? []).map((label) => `• ${escaped(label)}`);
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [section(cut(`${title}\n${lines.join('\n')}`, most))];
  return [
    section(`*Steps*\n${steps}`),
    section(`*If a step fails*\n${escaped(plan.failureClause)}`),
    ...(facts.backup === null ? [] : list('*The backup*', [backupLine(facts.backup.name, facts.modeReason)])),
    ...(facts.reversible === null ? [] : [section(wayBack(facts.reversible))]),
    ...(facts.matrix === null ? [] : list('*The matrix of sites says*', [matrixLine(facts.matrix)])),
    ...list(`*Backups that were not chosen*${more > 0 ? ` (and ${more} more)` : ''}`, backups),
    ...list('*Rows of every table*', rows),
    ...list('*What the restore takes beside rows*', lost),
    ...list(`*Environment, ${environment}*`, installed === '' ? [] : [escaped(installed)]),
    ...list("*Units, and what happens to one that doesn't stop*", facts.units.map(unitLine)),
    ...(restoresDatabase(binding.mode) ? [section(SESSIONS)] : []),
  ];
}

const SESSIONS =
  "*Sessions on the database*\nThe bot ends those of the site's own role before the restore. If another role holds a lock, the restore waits 30 s for it. Then it fails, and nothing has changed.";

function unitLine({ name, active, stopSeconds }: UnitState): string {
  const end =
    stopSeconds === null
      ? "systemd never kills it; if it doesn't stop in time, the step fails"
      : `systemd kills it after ${Math.ceil(stopSeconds)} s`;
  return `• ${escaped(name)} (${escaped(active)}): ${end}`;
}

function backupLine(name: string, why: string): string {
  return `${code(name)}, read to the end and complete. The database is restored because ${escaped(why)}.`;
}

function wayBack(reversible: boolean): string {
  return reversible
    ? "*Without a restore*\nDjango says that the unwanted migrations can be reversed: someone could run manage.py migrate by hand in the live environment. The bot doesn't do that."
    : "*Without a restore*\nDjango can't reverse the unwanted migrations. Only a backup takes them back.";
}

function matrixLine({ version, date, outcome, notes }: NonNullable<Plan['facts']['matrix']>): string {
  const said = [version, date, outcome, notes].filter((part) => part !== '');
  return said.map(escaped).join(' · ');
}

/** The end of the log, as the program wrote it. */
export function logTail(output: string): Message {
  const text = tail(printable(output).trim(), OUTPUT);
  return {
    text: 'The end of the log on the host',
    blocks: [section('*The end of the log on the host*'), preformatted(text === '' ? '(empty)' : text)],
  };
}
