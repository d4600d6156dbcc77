import type { KnownRun, NewestRuns, SiteOverview } from '../../domain/run/known-runs.ts';
import { isTerminal, type Run } from '../../domain/run/run.ts';
import { isVerified } from '../../domain/run/verified.ts';
import { type RunStore, StoreUnavailable } from '../ports/run-store.ts';

/** No more ids than this are read; the rest is in `audit export`. */
const MOST = 1000;

/** Which runs somebody may read. */
export interface RunFilter {
  /** By the id alone, before anything is read. */
  readonly mayBe: (id: string) => boolean;
  readonly is: (known: KnownRun) => boolean;
}

const EVERY_RUN: RunFilter = { mayBe: () => true, is: () => true };

/** `site`: `slug@environment`, or null for all sites. */
export async function newestRuns(
  store: RunStore,
  site: string | null,
  limit: number,
  { mayBe, is }: RunFilter = EVERY_RUN,
): Promise<NewestRuns> {
  const ids = (site === null ? await store.recent(MOST) : await store.recentOn(site, MOST)).filter(mayBe);
  const runs: KnownRun[] = [];
  let read = 0;
  for (; runs.length < limit && read < ids.length; read += limit)
    runs.push(...(await readAll(store, ids.slice(read, read + limit))).filter(is));
  return { runs: runs.slice(0, limit), older: Math.max(0, ids.length - read) };
}

/** All runs that have not ended, newest first. */
export async function runsUnderWay(store: RunStore): Promise<readonly KnownRun[]> {
  const known = await readAll(store, await store.active());
  return known.toSorted((a, b) => (since(a) < since(b) ? 1 : -1));
}

function since(known: KnownRun): string {
  return known.kind === 'run' ? known.run.requestedAt : '';
}

/** The runs with these ids, in this order; for one that can't be read, why. Errors: throws `StoreUnavailable`. */
export async function readAll(
  store: Pick<RunStore, 'read'>,
  ids: readonly string[],
): Promise<readonly KnownRun[]> {
  return await Promise.all(
    ids.map(async (id): Promise<KnownRun> => {
      try {
        const run = await store.read(id);
        return run === null ? { kind: 'unreadable', id, why: 'its record is gone' } : { kind: 'run', run };
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error;
        return { kind: 'unreadable', id, why: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}

/**
 * The runs among these ids that belong to one site (`slug@environment`), or all. Ids begin with the slug, so the records of
 * other slugs need not be read. A run that can't be read hides its environment, so it counts for each environment of its
 * slug.
 */
export async function readAllOf(
  store: Pick<RunStore, 'read'>,
  ids: readonly string[],
  site: string | null,
): Promise<readonly KnownRun[]> {
  if (site === null) return readAll(store, ids);
  const ofSlug = `${site.split('@')[0]}-`;
  const known = await readAll(
    store,
    ids.filter((id) => id.startsWith(ofSlug)),
  );
  return known.filter((one) => one.kind === 'unreadable' || one.run.request.site === site);
}

export function readable(known: readonly KnownRun[]): readonly Run[] {
  return known.flatMap((one) => (one.kind === 'run' ? [one.run] : []));
}

/** Older runs than these say little about a site. */
const LOOKED_BACK = 50;

export async function siteOverview(store: RunStore, site: string): Promise<SiteOverview> {
  const { runs } = await newestRuns(store, site, LOOKED_BACK);
  const known = readable(runs);
  const active = await store.activeOn(site);
  return {
    underWay: active === null ? null : await store.read(active),
    last: known.find(({ state }) => isTerminal(state)) ?? null,
    verified: known.find(isVerified) ?? null,
  };
}
