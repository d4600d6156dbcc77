import { downtimeMs } from '../../domain/outcome/downtime.ts';
import { openItems } from '../../domain/outcome/open-items.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Mark, Sheet, SheetPart } from '../../report/sheet.ts';

const MARKS: Readonly<Record<Mark, string>> = {
  done: 'ok    ',
  broken: 'FAIL  ',
  now: 'now   ',
  ahead: '-     ',
  passed: 'passed       ',
  failed: 'FAILED       ',
  'not-checked': 'not checked  ',
};

/** The width of the column with the names of rows. */
const COLUMN = 10;

/** The answer of the slash command, as a terminal shows it. */
export function terminalText({ title, rows, parts }: Sheet): string {
  const column = rows.map(
    ([name, value]) => `${name.padEnd(COLUMN)}${value.replaceAll('\n', `\n${' '.repeat(COLUMN)}`)}\n`,
  );
  const pieces = [title === '' ? '' : `${title}\n`, column.join(''), ...parts.map(partText)];
  return pieces.filter((piece) => piece !== '').join('\n');
}

function partText({ title, lines }: SheetPart): string {
  if (lines.length === 0) return '';
  return `${title}\n${lines.map(({ mark, text }) => `  ${mark ? MARKS[mark] : ''}${text}\n`).join('')}`;
}

/** A run for other programs. Times are ISO 8601 in UTC, people are Slack's ids. */
export function runFacts(run: Run) {
  const { plan, request, consent, end } = run;
  return {
    run: run.id,
    site: request.site,
    state: run.state,
    mode: plan?.binding.mode ?? null,
    from: plan?.facts.live.commit ?? null,
    to: plan?.binding.targetCommit ?? null,
    requester: request.requester,
    approvers: consent?.approvals.map(({ approver }) => approver) ?? [],
    glassBrokenBy: run.glass.broken.map(({ by }) => by),
    requestedAt: run.requestedAt,
    endedAt: end?.at ?? null,
    downtimeMs: downtimeMs(run),
    open: openItems(run),
  };
}
