import type { ErrorCount } from '../domain/host/journal-errors.ts';
import { type Downtime, downtimeMs, downtimes } from '../domain/outcome/downtime.ts';
import { openItems } from '../domain/outcome/open-items.ts';
import { type Actor, type TimelineLine, timeline } from '../domain/outcome/timeline.ts';
import type { Check, StoredEvent } from '../domain/run/event.ts';
import { type Run, recordedSteps } from '../domain/run/run.ts';
import type { Site } from '../domain/site/site.ts';
import { decisionText } from '../domain/stop/labels.ts';
import { buildRows } from './build.ts';
import { evidence } from './evidence.ts';
import {
  dataText,
  decisionLines,
  fromTo,
  glassLines,
  helpedText,
  reasonGiven,
  stateText,
  wentAhead,
} from './facts.ts';
import { chapter, code, list, markdownVoice, plain, seconds, table } from './markdown.ts';
import { duration } from './text.ts';
import type { Voice } from './voice.ts';

/**
 * The whole story of a run as one Markdown file, for whoever was not there: everything in the record, up to the last of
 * `events`.
 */
export function summaryFile(
  run: Run,
  site: Site,
  events: readonly StoredEvent[],
  person: (id: string) => string,
): string {
  const voice = markdownVoice(person);
  const asOf = events.at(-1)?.at ?? run.requestedAt;
  const chapters = [
    `# ${plain(`${run.id}: ${site.name} (${site.environment})`)}`,
    `As of ${seconds(asOf)}. For anything later, see the run's thread, or type ${code(`rollback-bot status ${run.id}`)}. All times are UTC. The host's clock timed the steps, the clock of the bot and its workers everything else.`,
    table(['', ''], overview(run, site, voice)),
    chapter('Unreviewed version', ...buildChapter(run, voice)),
    chapter('Evidence', ...(run.plan === null ? [] : evidence(run.plan))),
    chapter('Plan', ...plan(run, voice)),
    chapter(
      'Timeline',
      table(
        ['When', 'How long', 'Who', 'What'],
        timeline(events).map((line) => timelineRow(line, voice)),
      ),
    ),
    chapter('Checks', ...checkParts(run)),
    chapter('Decisions', list(decisionLines(run, voice))),
    chapter('Broken glass', list(glassLines(run, voice))),
    chapter('Open', list(openItems(run).map(plain)) || 'Nothing.'),
    chapter('On the host', list(places(run, site))),
  ];
  return `${chapters.filter((one) => one !== '').join('\n\n')}\n`;
}

type StoryRow = readonly [string, string];

function overview(run: Run, site: Site, voice: Voice): readonly StoryRow[] {
  const { request } = run;
  const ahead = wentAhead(run, voice);
  const helped = helpedText(run, voice);
  const rows: readonly (StoryRow | null)[] = [
    ['Site', `${plain(request.site)}, ${plain(site.domain)}`],
    ['What', `${fromTo(run, voice)}: it ${stateText(run)}`],
    ['Asked for by', `${voice.person(request.requester)}, ${seconds(run.requestedAt)}`],
    request.reason === null ? null : ['Reason', plain(request.reason)],
    ahead === null ? null : ['Decision', ahead],
    ['Downtime', downtime(run)],
    ['Data', dataText(run, voice)],
    helped === null ? null : ['Did it help?', helped],
  ];
  return rows.filter((row) => row !== null);
}

function downtime(run: Run): string {
  const all = downtimes(run);
  const ms = downtimeMs(run);
  if (all.length === 0) return 'none: the site was not stopped';
  const sum = ms === null ? 'not over, as far as the run knows' : duration(ms);
  return `${sum}: ${all.map(part).join('; ')}`;
}

function part({ from, until }: Downtime): string {
  return `from ${seconds(from)}${until === null ? '' : ` to ${seconds(until)}`}`;
}

function plan({ plan: made, consent }: Run, voice: Voice): readonly string[] {
  if (made === null) return [];
  const { approvalReasons, binding, digest, failureClause, quorum, steps } = made;
  return [
    steps
      .map(({ title, deadlineSeconds }, at) => `${at + 1}. ${title} (at most ${deadlineSeconds} s)`)
      .join('\n'),
    `On failure: ${plain(failureClause)}`,
    approvalReasons.length === 0
      ? 'No second person was needed.'
      : `${quorum === 1 ? 'A second person' : `${quorum} people`} had to approve, because ${plain(approvalReasons.join('; '))}.`,
    list(
      (consent?.approvals ?? []).map(
        (one) =>
          `${voice.person(one.approver)} approved ${code(one.digest)}, ${seconds(one.at)}${reasonGiven(one, voice)}`,
      ),
    ),
    `Plan ${code(digest)}, program ${code(binding.programSha256)}, host key ${code(binding.hostKey)}.`,
  ];
}

/** What people were told of it, and who approved that the bot builds it. */
function buildChapter({ build }: Run, voice: Voice): readonly string[] {
  if (build === null) return [];
  return [
    list(buildRows(build.asked, voice).map(([name, value]) => `${name}: ${value}`)),
    list(
      build.approvals.map(
        ({ approver, at }) => `${voice.person(approver)} approved building it, ${seconds(at)}`,
      ),
    ),
  ];
}

function timelineRow({ at, tookMs, who, what }: TimelineLine, voice: Voice): readonly string[] {
  return [
    seconds(at).replace(' UTC', ''),
    tookMs === null ? '' : duration(tookMs),
    actor(who, voice),
    plain(what),
  ];
}

function actor(who: Actor, voice: Voice): string {
  if (typeof who === 'object') return voice.person(who.person);
  return who === 'bot' ? 'the bot' : 'the host';
}

const RESULTS = { passed: 'passed', failed: '**failed**', 'not-checked': 'not checked' } as const;

/** The checks of each attempt that came that far, and the errors in the systemd journal. */
function checkParts({ plan: made, verification, history }: Run): readonly string[] {
  if (made === null || verification === null) return [];
  const { checks, errors } = verification;
  const before = made.facts.errorsBefore ?? [];
  const kinds = [...new Set([...before, ...(errors ?? [])].map(({ what }) => what))];
  const earlier = history.stops.filter((past) => past.checks.length > 0 && past.checks !== checks);
  return [
    ...earlier.flatMap((past) => [
      `Before the decision "${plain(decisionText(past.decision))}":`,
      checkTable(past.checks),
    ]),
    earlier.length > 0 && checks.length > 0 ? 'In the end:' : '',
    checkTable(checks),
    errors === null ? "Errors since the switch: unknown, because the bot can't read the journal." : '',
    table(
      ['Error in the journal', 'Hour before', 'Since the switch'],
      kinds.map((what) => [plain(what), count(before, what), count(errors, what)]),
    ),
  ];
}

function checkTable(checks: readonly Check[]): string {
  const rows = checks.map(({ name, result, detail }) => [plain(name), RESULTS[result], plain(detail)]);
  return table(['Check', 'Result', 'Detail'], rows);
}

function count(errors: readonly ErrorCount[] | null, what: string): string {
  if (errors === null) return 'unknown';
  return String(errors.find((one) => one.what === what)?.count ?? 0);
}

/** Where to find things on the host, so that nobody has to search at night. The layout is in ARCHITECTURE.md. */
function places(run: Run, { root, host }: Site): readonly string[] {
  const folder = `${root}/.rollback-bot/runs/${run.id}`;
  const done = (name: string) => recordedSteps(run).find((step) => step.name === name && step.code === 0);
  const kept = done('put-back-keep');
  return [
    `${plain(`${host.user}@${host.address}`)}, ${code(folder)}: ${code('STATE')} says how it ended, ${code('log')} has all output.`,
    ...(done('safety-backup')
      ? [`The database as it was at the stop: ${code(`${folder}/safety.sql.gz`)}.`]
      : []),
    ...(kept
      ? [`The database that going back replaced: ${code(`${folder}/attempt-${kept.attempt}/safety.sql.gz`)}.`]
      : []),
    ...(done('environment') && !done('put-back-environment')
      ? [`The previous environment: ${code(`${folder}/venv-before`)}.`]
      : []),
    ...(run.switched !== null && run.switched.attempt > 1
      ? [`Each decision has its own folder with its own log: ${code('attempt-2')} and so on.`]
      : []),
  ];
}
