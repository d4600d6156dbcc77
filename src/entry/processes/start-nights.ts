import type { Hosts } from '../../app/ports/host.ts';
import type { Records } from '../../app/ports/records.ts';
import { beginNight, type NightDeps, nightlyCheck } from '../../app/readiness/nightly-check.ts';
import { EVERY_SITE, openNights } from '../../queue/nights.ts';
import { createReadinessStore } from '../../store/readiness.ts';
import { systemClock } from '../parts/setup.ts';
import type { Shared } from './shared.ts';
import { takeJobs } from './take-jobs.ts';

/** How often the worker makes sure that the next night is planned. */
const KEEP_MS = 60 * 60_000;

/** Reading backups and building environments can wait for each other. */
const CONCURRENCY = 2;

/** The worker's half of the readiness checks: plans the nights and checks the sites. */
export async function startNights(
  shared: Shared,
  { hosts, records }: { readonly hosts: Hosts; readonly records: Records },
): Promise<() => Promise<void>> {
  const { configuration, store, storeLink, log } = shared;
  const { settings, inventory } = configuration;
  const nights = openNights(storeLink);
  const keep = () =>
    nights
      .keep(settings.readiness)
      .catch((error: unknown) => log.warn({ err: error }, 'could not plan the next readiness check'));
  await keep();
  if (settings.readiness === null) return () => nights.close();
  const timer = setInterval(() => void keep(), KEEP_MS);
  const deps: NightDeps = {
    hosts,
    records,
    runs: store,
    readiness: createReadinessStore(storeLink),
    nights,
    inventory,
    clock: systemClock,
    progress: async () => undefined,
  };
  const consumer = takeJobs(shared, 'look', {
    handler: async (site, signal) => {
      if (site === EVERY_SITE) await beginNight(deps);
      else return nightlyCheck(deps, site, signal);
      return undefined;
    },
    concurrency: CONCURRENCY,
    failed: (err, site) => log.error({ err, site }, 'a readiness check failed'),
  });
  return async () => {
    clearInterval(timer);
    await consumer.close();
    await nights.close();
  };
}
