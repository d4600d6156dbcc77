import type { StoredEvent } from '../../../domain/run/event.ts';
import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import type { Message } from './message.ts';

/** One message in which a run is shown. What should be there follows from the run alone; delivery makes it so. */
export interface Surface extends Message {
  /** Names it within the run, e.g. `card`. */
  readonly key: string;
  readonly channel: string;
  /** The surface in whose thread it stands. */
  readonly thread?: string;
  /** Shown in the channel as well as in its thread. */
  readonly loud?: true;
  /** Shown to this person only, once. */
  readonly only?: string;
  /** For one person: the next place where the channel does not take it. */
  readonly orIn?: string;
  /** Shown as a file instead of blocks; posted once, and written from the record as it is then. */
  readonly file?: {
    readonly name: string;
    /** `person`: how a person is named in it, by id. */
    readonly content: (events: readonly StoredEvent[], person: (id: string) => string) => string;
  };
}

/** Where a run is shown: where the configuration says, else where it was asked for. */
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
