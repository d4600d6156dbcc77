import { stopName } from '../../domain/run/host-silence.ts';
import type { BegunDecision, Run, SwitchEnd } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import { DECISION_LABELS } from '../../domain/stop/labels.ts';
import { oneLine } from '../../domain/text/printable.ts';
import { summaryFile } from '../../report/story.ts';
import { refusalText } from './answers/refusal.ts';
import { section } from './blocks/blocks.ts';
import type { Message } from './blocks/message.ts';
import { escaped } from './blocks/mrkdwn.ts';
import { channelOf, type Surface, surface } from './blocks/surface.ts';
import { fallback, mention } from './blocks/text.ts';
import { ending } from './end/ending.ts';
import { followUps, reminder } from './end/follow-ups.ts';
import { manualChecks } from './end/manual-checks.ts';
import { recordsTexts } from './end/records.ts';
import { isSummedUp, summary } from './end/summary.ts';
import { buildCard } from './plan/build-card.ts';
import { card } from './plan/card.ts';
import { details, logTail } from './plan/details.ts';
import { call } from './run/call.ts';
import { glassSurfaces } from './run/glass.ts';
import { silenceOver } from './run/host-silence.ts';
import { progress } from './run/progress.ts';
import { decisionRequest, denialOf, handOver, settledStop, stop } from './run/stop.ts';
import { stakeholderPosts } from './stakeholders/posts.ts';
import { statusPageProblem } from './stakeholders/status-page-trouble.ts';

/**
 * Everything that Slack should show of a run right now, parents before their threads. `unenrolled`: approvers who have no second
 * factor, if this run needs one.
 */
export function surfaces(run: Run, site: Site, unenrolled: readonly string[] = []): readonly Surface[] {
  const channel = channelOf(run, site);
  const all: readonly (Surface | null)[] = [
    ...privately(run, site),
    surface('build', channel, buildCard(run, site, unenrolled)),
    ...(run.plan === null ? withoutPlan(run, site, channel) : publicly(run, site, channel, unenrolled)),
    ...stakeholders(run, site),
  ];
  return all.filter((surface) => surface !== null);
}

/** Tells whoever asked or decided that no worker has come; nothing else would tell them. */
export function noWorker(run: Run, site: Site): Surface {
  const decision = run.switched?.decision;
  if (decision) return noWorkerFor(run, site, decision);
  const text = `:hourglass: No worker has picked up ${run.id} yet. Check that one is running (\`rollback-bot worker\`). Nothing was changed.`;
  const key = `no-worker-${run.state}`;
  const { channel } = run.request;
  return { key, channel, ...toRequester(run, site), text: fallback(text), blocks: [section(text)] };
}

/** Everyone sees it, because the site may be down. The post stays after a worker has come, so its text must stay true. */
function noWorkerFor(run: Run, site: Site, { recovery, by }: BegunDecision): Surface {
  const text = `:rotating_light: ${mention(by)} no worker started *${DECISION_LABELS[recovery.action]}* of ${run.id} within half a minute. Until one does, *${escaped(oneLine(site.name))}* stays as it is. Check that a worker is running (\`rollback-bot worker\`).`;
  const channel = channelOf(run, site);
  return {
    key: `no-worker-${run.history.stops.length}`,
    channel,
    thread: 'progress',
    loud: true,
    text: fallback(text),
    blocks: [section(text)],
  };
}

/** For the requester alone: first where the command was typed, but the bot may not be in that channel. */
function toRequester({ request }: Run, site: Site): Pick<Surface, 'only' | 'orIn'> {
  const { requester, channel } = request;
  return {
    only: requester,
    ...(site.channel !== undefined && site.channel !== channel && { orIn: site.channel }),
  };
}

/** People who were asked about building a version have ended the run: an edit of their card would notify nobody. */
function withoutPlan(run: Run, site: Site, channel: string): readonly (Surface | null)[] {
  return run.build === null ? [] : [surface('ending', channel, ending(run, site))];
}

/** Before there is a plan, a run concerns only its requester. */
function privately(run: Run, site: Site): readonly (Surface | null)[] {
  const { channel } = run.request;
  const where = toRequester(run, site);
  const refused =
    run.state === 'refused' && run.plan === null && run.refusal ? refusalText(run.refusal) : null;
  const cancelled =
    run.state === 'cancelled' && run.plan === null
      ? `:no_entry: ${run.id} was cancelled. Nothing was changed.`
      : null;
  return [
    surface('refused', channel, words(refused), where),
    surface('cancelled', channel, words(cancelled), where),
  ];
}

function words(text: string | null): Message | null {
  return text === null ? null : { text: fallback(text), blocks: [section(text)] };
}

function publicly(
  run: Run,
  site: Site,
  channel: string,
  unenrolled: readonly string[],
): readonly (Surface | null)[] {
  const { plan } = run;
  if (plan === null) return [];
  return [
    surface('progress', channel, progress(run, site)),
    surface('details', channel, details(plan), { thread: 'progress' }),
    run.state === 'dry-run' ? program(run, channel, plan.program) : null,
    surface('card', channel, card(run, site, plan, unenrolled)),
    ...stops(run, site, channel, unenrolled),
    ...glassSurfaces(run, site),
    surface('ending', channel, ending(run, site)),
    surface('boxes', channel, manualChecks(run), { thread: 'progress' }),
    surface('follow-ups', channel, followUps(run, site), { thread: 'progress' }),
    // Each reminder is a new post, because an edit notifies nobody.
    ...run.followUps.reminders.map((_, index) =>
      surface(`reminder-${index + 1}`, channel, reminder(run, site, index + 1), { thread: 'progress' }),
    ),
    surface('records', channel, recordsTexts(run), { thread: 'progress' }),
    surface('summary', channel, summary(run), { thread: 'progress' }),
    isSummedUp(run) ? story(run, site, channel) : null,
    surface('status-page', channel, statusPageProblem(run), { thread: 'progress' }),
  ];
}

function program(run: Run, channel: string, content: string): Surface {
  const text = 'The exact program that would run on the host.';
  const file = { name: `${run.id}.sh`, content: () => content };
  return { key: 'program', channel, thread: 'progress', text, blocks: [], file };
}

function story(run: Run, site: Site, channel: string): Surface {
  const text = `The full story of ${run.id}: evidence, plan, timeline, checks, decisions and open items.`;
  const file: NonNullable<Surface['file']> = {
    name: `${run.id}.md`,
    content: (events, person) => summaryFile(run, site, events, person),
  };
  return { key: 'story', channel, thread: 'progress', text, blocks: [], file };
}

/** Each stop is a new post, because an edit notifies nobody; so is each call for people who did not answer. */
function stops(
  run: Run,
  site: Site,
  channel: string,
  unenrolled: readonly string[],
): readonly (Surface | null)[] {
  const { history, silence } = run;
  const commands = run.end?.commands ?? null;
  const open = run.state === 'needs-decision' || run.state === 'closed';
  const number = history.stops.length + 1;
  const page = silence === null ? `page-${number}` : `page-${stopName(run)}`;
  return [
    ...history.stops.flatMap((past, index) => [
      surface(`stop-${index + 1}`, channel, settledStop(run, site, past)),
      surface(`log-${index + 1}`, channel, output(past.ended), { thread: 'progress' }),
    ]),
    ...history.silences.map((one, index) =>
      surface(`away-${index + 1}`, channel, one.until === null ? null : silenceOver(run, site, one)),
    ),
    surface(stopName(run), channel, open ? stop(run, site) : null),
    surface(`log-${number}`, channel, output(run.switched?.ended ?? null), { thread: 'progress' }),
    ...history.requests.flatMap((one, index) => [
      surface(`ask-${index + 1}`, channel, decisionRequest(run, site, one, unenrolled)),
      surface(`denial-${index + 1}`, channel, denialOf(one), { thread: 'progress', loud: true }),
    ]),
    ...(run.stop?.calls ?? []).map((_, index) =>
      surface(`${page}-${index + 1}`, channel, open ? call(run, site, index + 1) : null),
    ),
    surface('by-hand', channel, commands === null ? null : handOver(commands), { thread: 'progress' }),
  ];
}

function output(ended: SwitchEnd | null): Message | null {
  return ended !== null && ended.logTail.trim() !== '' ? logTail(ended.logTail) : null;
}

function stakeholders(run: Run, site: Site): readonly (Surface | null)[] {
  const channel = site.stakeholders?.channel;
  if (channel === undefined) return [];
  return stakeholderPosts(run, site).map(({ key, last, ...content }, index) =>
    surface(
      key,
      channel,
      content,
      index === 0 ? {} : { thread: 'stakeholders', ...(last && { loud: true }) },
    ),
  );
}
