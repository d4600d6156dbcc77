import { type AdoptDeps, adoptLostRuns } from '../app/adopt-runs.ts';
import { type Site, siteKey } from '../domain/site.ts';
import { lifeOfRecord } from '../store/life.ts';
import type { Shared } from './processes.ts';

/** How soon a host is asked again that was away. */
const AGAIN_MS = 15_000;

/**
 * Looks on every site's host for runs that the record has lost: at the start, and whenever the record turns out to have been
 * lost since. A host that is away is asked again until it answers. Returns how to end that.
 */
export function watchForLostRuns(deps: AdoptDeps, shared: Shared): () => void {
  const { configuration, storeLink, log, pace } = shared;
  let life: string | null = null;
  let left = new Map<Site, number>();
  let busy = false;
  const look = async () => {
    const now = await lifeOfRecord(storeLink);
    if (now !== life) {
      if (life !== null) log.error('redis has lost what it kept: looking on the hosts for what runs there');
      life = now;
      left = new Map(configuration.inventory.sites.map((site) => [site, 0]));
    }
    // Settled before the first one is asked: a host that is away is put back, and must not keep this round from its end.
    const due = [...left].filter(([, notBefore]) => notBefore <= Date.now());
    for (const [site] of due) {
      left.delete(site);
      try {
        for (const run of await adoptLostRuns(deps, site))
          log.warn({ run }, 'took up a run that the record had lost');
      } catch (error) {
        left.set(site, Date.now() + AGAIN_MS);
        log.warn({ err: error, site: siteKey(site) }, 'a host was not looked at for runs that were lost');
      }
    }
  };
  const round = async () => {
    if (busy) return;
    busy = true;
    await look().catch((error: unknown) => log.warn({ err: error }, 'nobody looked for runs that were lost'));
    busy = false;
  };
  const timer = setInterval(() => void round(), pace.roundMs);
  void round();
  return () => clearInterval(timer);
}
