import { otherPeople } from '../domain/approval/persons.ts';
import { errorList } from '../domain/host/journal-errors.ts';
import { openItems } from '../domain/outcome/open-items.ts';
import { modeText } from '../domain/plan/mode.ts';
import { exitCode, stepTitle } from '../domain/plan/steps.ts';
import { isHostSilent } from '../domain/run/host-silence.ts';
import { openQuestion } from '../domain/run/open-question.ts';
import { currentChecks, type Run, type StepProgress, type Verification } from '../domain/run/run.ts';
import type { Site } from '../domain/site/site.ts';
import { DECISION_LABELS } from '../domain/stop/labels.ts';
import { offers } from '../domain/stop/offers.ts';
import { commitLabel } from '../domain/version/commit.ts';
import { buildRows } from './build.ts';
import {
  dataText,
  decisionLines,
  downtimeText,
  glassLines,
  helpedText,
  reasonGiven,
  recordMark,
  stateText,
} from './facts.ts';
import type { Sheet, SheetLine } from './sheet.ts';
import { duration } from './text.ts';
import type { Voice } from './voice.ts';

type SheetRow = readonly [string, string];

/** One run in full. `site`: undefined if the configuration no longer has it. */
export function runSheet(run: Run, site: Site | undefined, voice: Voice): Sheet {
  const plain = (texts: readonly string[]): readonly SheetLine[] => texts.map((text) => ({ text }));
  return {
    title: `${run.id} ${stateText(run)}`,
    rows: [...whoAndWhat(run, voice), ...outcome(run, voice)],
    parts: [
      { title: 'What you can do', lines: plain(whatPeopleCanDo(run, site, voice)) },
      { title: 'Glass', lines: plain(glassLines(run, voice)) },
      { title: 'Decisions', lines: plain(decisionLines(run, voice)) },
      { title: 'Open', lines: plain(openItems(run).map(voice.text)) },
      { title: 'Steps', lines: stepLines(run, voice) },
      {
        title: 'Checks',
        lines: currentChecks(run).map(({ name, result, detail }) => ({
          mark: result,
          text: voice.text(`${name}: ${detail}`),
        })),
      },
    ],
  };
}

function whoAndWhat(run: Run, voice: Voice): readonly SheetRow[] {
  const { request, plan, consent, end } = run;
  const facts = plan?.facts;
  const { text, person, moment } = voice;
  const wanted =
    request.undo === undefined ? (request.version ?? 'database only') : `the undo of ${request.undo}`;
  const rows: readonly (SheetRow | null)[] = [
    run.isSealed
      ? null
      : [
          'Record',
          "of an older version. It isn't sealed, so whoever can write to Redis could have changed it",
        ],
    [
      'Asked',
      `for ${text(wanted)} on ${text(request.site)} by ${person(request.requester)}, ${moment(run.requestedAt)}`,
    ],
    request.reason === null ? null : ['Reason', text(request.reason)],
    facts ? ['Before', text(commitLabel(facts.live))] : null,
    facts?.target ? ['Target', text(commitLabel(facts.target))] : null,
    ...buildPart(run, voice),
    plan && facts ? ['Mode', `${modeText(plan.binding.mode)}, because ${text(facts.modeReason)}`] : null,
    facts?.backup ? ['Backup', `${text(facts.backup.name)}, taken ${moment(facts.backup.takenAt)}`] : null,
    ...(consent?.approvals ?? []).map(
      (one): SheetRow => [
        'Approved',
        `by ${person(one.approver)}, ${moment(one.at)}${reasonGiven(one, voice)}`,
      ],
    ),
    consent?.started ? ['Started', `by ${person(consent.started.by)}`] : null,
    end === null || end.by === null ? null : ['Decided', `by ${person(end.by)}${reasonGiven(end, voice)}`],
  ];
  return rows.filter((row) => row !== null);
}

/** While people decide on building it, all that they should know of the version; afterwards who approved. */
function buildPart({ build, state }: Run, voice: Voice): readonly SheetRow[] {
  if (build === null) return [];
  const approved = build.approvals.map(
    ({ approver, at }): SheetRow => ['Build', `approved by ${voice.person(approver)}, ${voice.moment(at)}`],
  );
  return state === 'awaiting-build-approval' ? [...buildRows(build.asked, voice), ...approved] : approved;
}

function outcome(run: Run, voice: Voice): readonly SheetRow[] {
  const { refusal, verification, end } = run;
  const ended = run.switched?.ended ?? null;
  const { text, moment } = voice;
  const down = downtimeText(run, voice);
  const helped = helpedText(run, voice);
  const rows: readonly (SheetRow | null)[] = [
    run.progress === null || end !== null ? null : ['Now', nowText(run, run.progress, voice)],
    refusal === null
      ? null
      : ['Refused', [refusal.sentence, ...refusal.next.split('\n')].map(text).join('\n')],
    ended === null || ended.code === 0
      ? null
      : ['Switch', `stopped at "${text(stepTitle(ended.step))}" (${exitCode(ended.code)})`],
    down === null ? null : ['Downtime', down],
    down === null || end === null ? null : ['Data', dataText(run, voice)],
    ...(verification === null ? [] : verificationRows(run, verification, voice)),
    helped === null ? null : ['Helped?', helped],
    recordsRow(run, voice),
    end === null ? null : ['Ended', `${moment(end.at)}${recordMark(run)}`],
  ];
  return rows.filter((row) => row !== null);
}

/** While the switch runs, the progress is a note of its own, and not something that a worker checks. */
function nowText({ state }: Run, progress: string, { text }: Voice): string {
  return state === 'switching' ? text(progress) : `checking ${text(progress)}`;
}

function recordsRow({ tasks: { records } }: Run, { text }: Voice): SheetRow | null {
  switch (records?.type) {
    case undefined:
      return null;
    case 'records-written':
      return ['Records', text(`commit ${records.commit.slice(0, 7)} on ${records.branch}`)];
    case 'records-pending':
      return ['Records', text(`pending: ${records.why}`)];
    case 'records-shown':
      return ['Records', "the texts are in the run's thread"];
  }
}

function verificationRows(
  { plan }: Run,
  { health, errors }: Verification,
  { text }: Voice,
): readonly SheetRow[] {
  const kinds = (list: typeof errors) =>
    list === null ? 'unknown' : list.length === 0 ? 'none' : text(errorList(list));
  const before = plan?.facts.errorsBefore ?? null;
  return [
    ['Health', text(`${health.status ?? 'no answer'} ${health.word}`)],
    ['Errors', `in the hour before: ${kinds(before)}; since the switch: ${kinds(errors)}`],
  ];
}

/** Steps that ran, and those that are still to come. */
function stepLines({ plan, switched }: Run, voice: Voice): readonly SheetLine[] {
  if (switched === null) return [];
  const { steps, ended, attempt } = switched;
  const ran = steps.map((step) => step.name);
  const waiting = ended === null && attempt === 1 ? (plan?.steps ?? []).map(({ name }) => name) : [];
  return [
    ...steps.map((step) => stepLine(step, voice)),
    ...waiting
      .filter((name) => !ran.includes(name))
      .map((name): SheetLine => ({ mark: 'ahead', text: stepTitle(name) })),
  ];
}

function stepLine({ name, startedAt, endedAt, code }: StepProgress, voice: Voice): SheetLine {
  const title = voice.text(stepTitle(name));
  if (endedAt === null) return { mark: 'now', text: `${title}, since ${voice.moment(startedAt)}` };
  const took = duration(Date.parse(endedAt) - Date.parse(startedAt));
  return code === 0
    ? { mark: 'done', text: `${title}, ${took}` }
    : { mark: 'broken', text: `${title}, ${took}, ${exitCode(code ?? 1)}` };
}

/** Empty for a run that has ended. */
function whatPeopleCanDo(run: Run, site: Site | undefined, voice: Voice): readonly string[] {
  const cancel = `cancel it before anything is changed: /rollback cancel ${run.id}`;
  const expiresAt = openQuestion(run)?.expiresAt ?? run.consent?.expiresAt;
  const until = expiresAt === undefined ? '' : `, until ${voice.moment(expiresAt)}`;
  switch (run.state) {
    case 'planning':
      return [cancel];
    case 'awaiting-build-approval':
    case 'awaiting-approval':
      return [`Approve or Deny on its card in Slack: ${approvers(run, site, voice)}${until}`, cancel];
    case 'awaiting-start':
      return [`Start on its card in Slack: whoever asked, or an operator${until}`, cancel];
    case 'ready':
      return [
        'wait: a worker starts it within seconds. If none does, start one: rollback-bot worker',
        cancel,
      ];
    case 'switching':
      return [
        'wait: the program on the host continues on its own, even without Slack, Redis and the bot',
        ...onHost(run, site, voice),
      ];
    case 'verifying':
      return ['wait: the site is up again, and the bot is checking it'];
    case 'needs-decision':
      return [
        ...(isHostSilent(run)
          ? [
              'wait: the host does not answer. A worker asks it every 30 seconds, and the run continues when it does',
            ]
          : []),
        `decide on its newest message in Slack: ${[...offers(run).map(({ decision }) => DECISION_LABELS[decision.action]), 'Take over by hand', 'Stop here'].join(', ')}`,
        ...onHost(run, site, voice),
      ];
    default:
      return [];
  }
}

function approvers(run: Run, site: Site | undefined, voice: Voice): string {
  const others =
    site === undefined ? [] : otherPeople(site.approvers, [run.request.requester], site.accounts);
  return others.length === 0
    ? 'nobody else is an approver of this site'
    : others.map((id) => voice.person(id)).join(', ');
}

function onHost(run: Run, site: Site | undefined, voice: Voice): readonly string[] {
  if (site === undefined) return [];
  const { user, address, port } = site.host;
  const folder = `${site.root}/.rollback-bot/runs/${run.id}`;
  const ssh = `ssh -p ${port} ${user}@${address} cat ${folder}`;
  return [`how far it got: ${ssh}/STATE`, `all its output: ${ssh}/log`].map(voice.text);
}
