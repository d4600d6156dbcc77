import type { KnownBlock } from '@slack/types';
import type { Run } from '../../domain/run.ts';
import type { Site } from '../../domain/site.ts';
import { refusalText } from './answers.ts';
import { section } from './blocks.ts';
import { card } from './card.ts';
import { details, logTail } from './details.ts';
import { ending } from './ending.ts';
import { progress } from './progress.ts';
import { stakeholderEnd, stakeholderNotice } from './stakeholders.ts';
import { escaped, fallback, oneLine } from './text.ts';

/** One message in which a run is shown. What should be there follows from the run alone; delivery makes it so. */
export interface Surface {
  /** Names it within the run, e.g. `card`. */
  readonly key: string;
  readonly channel: string;
  /** The surface in whose thread it stands. */
  readonly thread?: string;
  /** Shown to this person only, once. */
  readonly only?: string;
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
  /** Shown as a file instead of blocks. */
  readonly file?: { readonly name: string; readonly content: string };
}

interface Content {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

/** Everything that Slack should show of a run right now, parents before their threads. */
export function surfaces(run: Run, site: Site): readonly Surface[] {
  const channel = site.channel ?? run.request.channel;
  const all: readonly (Surface | null)[] = [
    ...privately(run, site),
    ...(run.plan === null ? [] : publicly(run, site, channel)),
    ...stakeholders(run, site),
  ];
  return all.filter((surface) => surface !== null);
}

/** Until there is a plan, only the requester is concerned, and looks at where the command was typed. */
function privately(run: Run, site: Site): readonly (Surface | null)[] {
  const { requester, channel } = run.request;
  const wish = run.request.version
    ? `a rollback to ${escaped(oneLine(run.request.version))}`
    : 'a restore of the database';
  const hello = `:mag: ${run.id}: looking at ${escaped(oneLine(site.name))} for ${wish}. Nothing is changed; the plan comes in a moment.`;
  const refused =
    run.state === 'refused' && run.plan === null && run.refusal ? refusalText(run.refusal) : null;
  const cancelled =
    run.state === 'cancelled' && run.plan === null
      ? `:no_entry: ${run.id} was cancelled. Nothing was changed.`
      : null;
  return [
    surface('looking', channel, { text: hello, blocks: [section(hello)] }, { only: requester }),
    surface('refused', channel, words(refused), { only: requester }),
    surface('cancelled', channel, words(cancelled), { only: requester }),
  ];
}

function words(text: string | null): Content | null {
  return text === null ? null : { text: fallback(text), blocks: [section(text)] };
}

function publicly(run: Run, site: Site, channel: string): readonly (Surface | null)[] {
  const { plan, ended } = run;
  if (plan === null) return [];
  const file = run.state === 'dry-run' ? { name: `${run.id}.sh`, content: plan.program } : undefined;
  const output = ended !== null && ended.logTail.trim() !== '' ? logTail(ended.logTail) : null;
  return [
    surface('progress', channel, progress(run, site)),
    surface('details', channel, details(plan), { thread: 'progress' }),
    ...(file
      ? [
          {
            key: 'program',
            channel,
            thread: 'progress',
            text: 'The exact program that would run on the host.',
            blocks: [],
            file,
          },
        ]
      : []),
    surface('card', channel, card(run, site, plan)),
    surface('log', channel, output, { thread: 'progress' }),
    surface('ending', channel, ending(run, site)),
  ];
}

function stakeholders(run: Run, site: Site): readonly (Surface | null)[] {
  const channel = site.stakeholders?.channel;
  if (channel === undefined) return [];
  return [
    surface('stakeholders', channel, stakeholderNotice(run, site)),
    surface('stakeholders-end', channel, stakeholderEnd(run, site), { thread: 'stakeholders' }),
  ];
}

function surface(
  key: string,
  channel: string,
  content: Content | null,
  where: { thread?: string; only?: string } = {},
): Surface | null {
  return content === null ? null : { key, channel, ...where, ...content };
}
