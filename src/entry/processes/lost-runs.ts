import type { Inventory } from '../../app/ports/site.ts';
import { type AdoptDeps, adoptLostRuns } from '../../app/run/adopt-runs.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import { lifeOfRecord } from '../../store/life.ts';
import type { Rhythm, Shared } from './shared.ts';

/** After so many rounds a host is asked again that was away, or whose site another run had. */
const AGAIN_ROUNDS = 3;

interface Watched extends Pick<Shared, 'storeLink' | 'log'> {
  readonly configuration: { readonly inventory: Inventory };
  readonly pace: Pick<Rhythm, 'roundMs'>;
}

/**
 * Looks on every site's host for runs that the record has lost, or of which it has lost the end: at the start, and whenever
 * the record may have lost something since. A host that is away is asked again until it answers. Returns how to end that.
 */
export function watchForLostRuns(
  deps: AdoptDeps,
  { configuration, storeLink, log, pace }: Watched,
): () => void {
  let life: string | null = null;
  let left = new Map<Site, number>();
  const asking = new Set<string>();
  let said: ReadonlySet<string> = new Set();
  const again = () => Date.now() + AGAIN_ROUNDS * pace.roundMs;
  const notice = async () => {
    const now = await lifeOfRecord(storeLink);
    if (now === life) return;
    if (life !== null)
      log.error('redis was started anew, or has lost what it kept: looking on the hosts for what runs there');
    life = now;
    left = new Map(configuration.inventory.sites.map((site) => [site, 0]));
  };
  const look = () => {
    // Settled before the first one is asked: a host that is away is put back, and must not keep its turn from its end.
    const due = [...left].filter(([, notBefore]) => notBefore <= Date.now()).map(([site]) => site);
    const doors = new Set(due.map(doorOf).filter((door) => !asking.has(door)));
    for (const door of doors)
      void askInTurn(
        door,
        due.filter((site) => doorOf(site) === door),
      );
  };
  /** One after the other on one host, but no host waits for another: people could ask for the next run meanwhile. */
  const askInTurn = async (door: string, sites: readonly Site[]) => {
    asking.add(door);
    for (const site of sites) await ask(site);
    asking.delete(door);
  };
  const ask = async (site: Site) => {
    left.delete(site);
    try {
      const { adopted, waiting, astray } = await adoptLostRuns(deps, site);
      for (const run of astray)
        log.error(
          { run },
          'a run has begun on its host, and the record has lost that and says otherwise: look there',
        );
      for (const run of adopted)
        log.warn({ run }, 'took up a run that the record had lost, or whose end it had lost');
      if (waiting.length === 0) return;
      left.set(site, again());
      for (const run of waiting.filter((one) => !said.has(one)))
        log.warn({ run }, 'a run that the record had lost waits: its site has another one');
      said = new Set([...said, ...waiting]);
    } catch (error) {
      left.set(site, again());
      log.warn({ err: error, site: siteKey(site) }, 'a host was not looked at for runs that were lost');
    }
  };
  const round = async () => {
    try {
      await notice();
      look();
    } catch (error) {
      log.warn({ err: error }, 'nobody looked for runs that were lost');
    }
  };
  const timer = setInterval(() => void round(), pace.roundMs);
  void round();
  return () => clearInterval(timer);
}

/** What lets us in first: many connections at once to one door would be turned away. */
function doorOf({ host }: Site): string {
  return host.jump?.[0]?.address ?? host.address;
}
