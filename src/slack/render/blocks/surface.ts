import type { StoredEvent } from '../../../domain/run/event.ts';
import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import type { Message } from './message.ts';

/** One message that shows a run. It follows from the run alone; delivery posts and edits it. */
export interface Surface extends Message {
  /** Its name within the run, e.g. `card`. */
  readonly key: string;
  readonly channel: string;
  /** The key of the surface in whose thread it goes. */
  readonly thread?: string;
  /** Shown in the channel as well as in its thread. */
  readonly loud?: true;
  /** Only this person sees it, once. */
  readonly only?: string;
  /** For `only`: the channel to try next if the first one does not take it. */
  readonly orIn?: string;
  /** A file instead of blocks: posted once, with the record as it is then. */
  readonly file?: {
    readonly name: string;
    /** `person` turns an id into the name that the file shows. */
    readonly content: (events: readonly StoredEvent[], person: (id: string) => string) => string;
  };
}

/** The channel of the configuration, or else the one where the run was requested. */
export function channelOf(run: Run, site: Site): string {
  return site.channel ?? run.request.channel;
}

export function surface(
  key: string,
  channel: string,
  content: Message | null,
  where: Pick<Surface, 'thread' | 'loud' | 'only' | 'orIn'> = {},
): Surface | null {
  return content === null ? null : { key, channel, ...where, ...content };
}
