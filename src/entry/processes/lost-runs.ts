import type { Inventory } from '../../app/ports/site.ts';
import { type AdoptDeps, adoptLostRuns } from '../../app/run/adopt-runs.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import { lifeOfRecord } from '../../store/life.ts';
import type { Rhythm, Shared } from './shared.ts';

/** After so many rounds, asks a host again that did not answer, or whose site was taken by another run. */
const AGAIN_ROUNDS = 3;

interface Watched extends Pick<Shared, 'storeLink' | 'log'> {
  readonly configuration: { readonly inventory: Inventory };
  readonly pace: Pick<Rhythm, 'roundMs'>;
}

/**
 * Asks every host for runs that the record has lost, or whose end it has lost: at the start, and each time that the record
 * may have lost something. A silent host is asked again until it answers. Returns a function that ends this.
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
      log.error('redis was restarted, or has lost data: asking the hosts which runs are there');
    life = now;
    left = new Map(configuration.inventory.sites.map((site) => [site, 0]));
  };
  const askDue = () => {
    // Decide whom to ask before asking anyone. An unreachable host goes back into the queue, and must not come up twice in
    // this round.
    const due = [...left].filter(([, notBefore]) => notBefore <= Date.now()).map(([site]) => site);
    const doors = new Set(due.map(doorOf).filter((door) => !asking.has(door)));
    for (const door of doors)
      void askInTurn(
        door,
        due.filter((site) => doorOf(site) === door),
      );
  };
  /**
   * Asks the sites of one host one after the other, but no host waits for another: meanwhile people could ask for the next
   * run.
   */
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
          'a run has begun on its host, but the record lost that and says otherwise: check the host by hand',
        );
      for (const run of adopted)
        log.warn({ run }, 'took up a run that the record had lost, or whose end it had lost');
      if (waiting.length === 0) return;
      left.set(site, again());
      for (const run of waiting.filter((one) => !said.has(one)))
        log.warn({ run }, 'a run that the record had lost has to wait: another run has its site');
      said = new Set([...said, ...waiting]);
    } catch (error) {
      left.set(site, again());
      log.warn({ err: error, site: siteKey(site) }, 'could not ask a host for lost runs');
    }
  };
  const round = async () => {
    try {
      await notice();
      askDue();
    } catch (error) {
      log.warn({ err: error }, 'could not look for lost runs');
    }
  };
  const timer = setInterval(() => void round(), pace.roundMs);
  void round();
  return () => clearInterval(timer);
}

/** The first machine on the way to a host. Many connections at once to one door would be turned away. */
function doorOf({ host }: Site): string {
  return host.jump?.[0]?.address ?? host.address;
}
