import type { RunStore } from '../app/ports.ts';
import { findSite } from '../commands/find-site.ts';
import type { Run } from '../domain/run.ts';
import { type Site, siteKey } from '../domain/site.ts';
import { Stop } from './named-site.ts';
import { setupOrExit } from './setup.ts';
import { runDetails, runLine } from './status-text.ts';
import { withStore } from './with-store.ts';

const NEWEST = 10;

/** `rollback-bot status [run]`: the newest runs, or one run in full. Errors: throws Stop if there is no such run. */
export async function runStatus(what: string | undefined): Promise<void> {
  const setup = await setupOrExit({ slack: false, approvals: false, redis: true });
  const { inventory } = setup.configuration;
  await withStore(setup, async (store) => {
    if (what === undefined) {
      process.stdout.write(await newestRuns(store));
      return;
    }
    const run = await runNamed(store, inventory.sites, what);
    process.stdout.write(runDetails(run, inventory.byKey(run.request.site)));
  });
}

async function newestRuns(store: RunStore): Promise<string> {
  const ids = await store.recent(NEWEST);
  const lines = await Promise.all(ids.map((id) => lineOf(store, id)));
  return lines.length === 0 ? 'No rollback has been asked for yet.\n' : `${lines.join('\n')}\n`;
}

/** One damaged record must not hide the others. */
async function lineOf(store: RunStore, id: string): Promise<string> {
  try {
    const run = await store.read(id);
    return run === null ? `${id}  its record is gone` : runLine(run);
  } catch (error) {
    return `${id}  ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** People name a run, or a site and mean the run that has it. */
async function runNamed(store: RunStore, sites: readonly Site[], what: string): Promise<Run> {
  const named = await store.read(what);
  if (named !== null) return named;
  const found = findSite(sites, what);
  const active = found.kind === 'found' ? await store.activeOn(siteKey(found.site)) : null;
  const run = active === null ? null : await store.read(active);
  if (run === null)
    throw new Stop(
      `There is no run or active rollback called ${what}.\nThe newest runs: rollback-bot status`,
    );
  return run;
}
