import type { StepProgress } from '../domain/attempt.ts';
import { downtimeMs } from '../domain/downtime.ts';
import { offers } from '../domain/offers.ts';
import type { Run } from '../domain/run.ts';
import type { Site } from '../domain/site.ts';
import { stepTitle } from '../domain/steps.ts';
import { commitLabel } from '../domain/version.ts';
import { runDirectory } from '../shell/run-directory.ts';
import { duration, printable, utc } from '../slack/render/text.ts';

/** One run in one line. */
export function runLine(run: Run): string {
  const { request } = run;
  const ended = run.endedAt === null ? '' : `, ended ${utc(run.endedAt)}`;
  return printable(
    `${run.id}  ${run.state}  ${request.site}${wish(run)}, asked for by ${request.requester} ${utc(run.requestedAt)}${ended}`,
  );
}

function wish({ plan, request }: Run): string {
  const target = plan?.facts.target;
  if (target) return ` to ${commitLabel(target)}`;
  return request.version === null ? ', database only' : ` to ${request.version}`;
}

/** One run in full. `site`: undefined if the configuration no longer has it. */
export function runDetails(run: Run, site: Site | undefined): string {
  const rows = [...whoAndWhat(run), ...outcome(run)].map(
    ([name, value]) => `${name.padEnd(9)} ${value.replaceAll('\n', `\n${' '.repeat(10)}`)}\n`,
  );
  return printable(
    [
      `${runLine(run)}\n\n`,
      ...rows,
      paragraph('Steps', stepLines(run)),
      paragraph(
        'Checks',
        run.checks.map(({ name, result, detail }) => `${result.padEnd(11)} ${name}: ${detail}`),
      ),
      paragraph('What people can do', whatPeopleCanDo(run, site)),
    ].join(''),
  );
}

type Row = readonly [string, string];

function whoAndWhat({ request, plan, approvals, actor }: Run): readonly Row[] {
  const facts = plan?.facts;
  const rows: readonly (Row | null)[] = [
    request.reason === null ? null : ['Reason', request.reason],
    facts ? ['Before', commitLabel(facts.live)] : null,
    facts?.target ? ['Target', commitLabel(facts.target)] : null,
    plan && facts ? ['Mode', `${plan.binding.mode}: ${facts.modeReason}`] : null,
    facts?.backup ? ['Backup', `${facts.backup.name}, taken ${utc(facts.backup.takenAt)}`] : null,
    ...approvals.map(({ approver, at }): Row => ['Approved', `by ${approver} ${utc(at)}`]),
    actor === null ? null : ['Decided', `by ${actor}`],
  ];
  return rows.filter((row) => row !== null);
}

function outcome(run: Run): readonly Row[] {
  const { refusal, ended, healthAfter } = run;
  const down = downtimeMs(run);
  const rows: readonly (Row | null)[] = [
    run.looking === null || run.endedAt !== null ? null : ['Now', `looking at ${run.looking}`],
    refusal === null ? null : ['Refused', `${refusal.sentence}\n${refusal.next}`],
    ended === null
      ? null
      : ['Switch', `${ended.outcome}, at "${stepTitle(ended.step)}", exit code ${ended.code}`],
    down === null ? null : ['Downtime', duration(down)],
    healthAfter === null ? null : ['Health', `${healthAfter.status ?? 'no answer'} ${healthAfter.word}`],
    recordsRow(run),
  ];
  return rows.filter((row) => row !== null);
}

function recordsRow({ records }: Run): Row | null {
  switch (records?.type) {
    case undefined:
      return null;
    case 'records-written':
      return ['Records', `commit ${records.commit.slice(0, 7)} on ${records.branch}`];
    case 'records-pending':
      return ['Records', `pending: ${records.why}`];
    case 'records-shown':
      return ['Records', "the texts are in the run's thread in Slack"];
  }
}

/** Steps that ran, and those that are still to come. */
function stepLines(run: Run): readonly string[] {
  if (run.switchStartedAt === null) return [];
  const ran = run.steps.map((step) => step.name);
  const waiting = run.ended === null ? (run.plan?.steps ?? []).map(({ name }) => name) : [];
  return [
    ...run.steps.map(stepLine),
    ...waiting.filter((name) => !ran.includes(name)).map((name) => `-     ${stepTitle(name)}`),
  ];
}

function stepLine({ name, startedAt, endedAt, code }: StepProgress): string {
  if (endedAt === null) return `now   ${stepTitle(name)}, since ${utc(startedAt)}`;
  const took = duration(Date.parse(endedAt) - Date.parse(startedAt));
  return code === 0
    ? `ok    ${stepTitle(name)}, ${took}`
    : `FAIL  ${stepTitle(name)}, ${took}, exit code ${code}`;
}

/** Empty for a run that has ended. */
function whatPeopleCanDo(run: Run, site: Site | undefined): readonly string[] {
  const cancel = `end it before anything is changed: /rollback cancel ${run.id}`;
  const until = run.expiresAt === null ? '' : `, until ${utc(run.expiresAt)}`;
  switch (run.state) {
    case 'planning':
      return [cancel];
    case 'awaiting-approval':
      return [`Approve or Deny on its card in Slack: ${approvers(run, site)}${until}`, cancel];
    case 'awaiting-start':
      return [`Start on its card in Slack: whoever asked, or an operator${until}`, cancel];
    case 'ready':
      return ['a worker begins it within seconds; if none does, start one: rollback-bot worker', cancel];
    case 'switching':
      return [
        'wait: the program on the host goes on by itself, also without Slack, Redis and the bot',
        ...onHost(run, site),
      ];
    case 'verifying':
      return ['wait: the site is up again and is being checked'];
    case 'needs-decision':
      return [
        `decide on its newest message in Slack: ${[...offers(run).map(({ recovery }) => OFFERED[recovery.action]), 'Take over by hand', 'Stop here'].join(', ')}`,
        ...onHost(run, site),
      ];
    default:
      return [];
  }
}

const OFFERED = { retry: 'Retry', skip: 'Skip', 'go-back': 'Go back' } as const;

function approvers(run: Run, site: Site | undefined): string {
  const others = site?.approvers.filter((id) => id !== run.request.requester) ?? [];
  return others.length === 0 ? 'nobody else is an approver of this site' : others.join(', ');
}

function onHost(run: Run, site: Site | undefined): readonly string[] {
  if (site === undefined) return [];
  const { user, address, port } = site.host;
  const folder = runDirectory(site.root, run.id);
  return [
    `how far it came: ssh -p ${port} ${user}@${address} cat ${folder}/STATE`,
    `all its output: ssh -p ${port} ${user}@${address} cat ${folder}/log`,
  ];
}

function paragraph(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}
