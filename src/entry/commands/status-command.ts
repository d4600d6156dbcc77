import type { RunStore } from '../../app/ports/run-store.ts';
import { newestRuns, runsUnderWay, siteOverview } from '../../app/run/find-runs.ts';
import { openReviews } from '../../app/run/open-reviews.ts';
import { unknownRun } from '../../commands/find-run.ts';
import { findSite } from '../../commands/find-site.ts';
import type { KnownRun } from '../../domain/run/known-runs.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import { historySheet, overviewSheet, siteSheet } from '../../report/history.ts';
import { runSheet } from '../../report/run-sheet.ts';
import type { Sheet } from '../../report/sheet.ts';
import { plainVoice } from '../../report/voice.ts';
import { namedSite, usageStop } from '../parts/named-site.ts';
import { setupOrExit } from '../parts/setup.ts';
import { jsonText } from '../parts/terminal.ts';
import { withStore } from '../parts/with-store.ts';
import { runFacts, terminalText } from './status-text.ts';

/** How many ended runs an overview shows. */
const ENDED_LAST = 10;

const SEE_HISTORY = 'To see the runs: rollback-bot history';

/** What the command prints: for people, or for other programs. */
interface OverviewAnswer {
  readonly sheet: Sheet;
  readonly facts: unknown;
}

/** `rollback-bot status [site|run]`. Errors: throws UsageStop if there is no such site or run. */
export async function runStatus(what: string | undefined, { json = false } = {}): Promise<void> {
  await answer(json, (store, sites) => (what === undefined ? overview(store) : statusOf(store, sites, what)));
}

/**
 * `rollback-bot history [site]`. Errors: throws UsageStop if there is no such site, or if `limit` is not a number above 0.
 */
export async function runHistory(
  what: string | undefined,
  { limit, json = false }: { readonly limit: string; readonly json?: boolean },
): Promise<void> {
  if (!/^[1-9]\d{0,5}$/.test(limit))
    throw usageStop({ sentence: `${limit} is not a number of runs.`, next: 'For example: --limit 50' }, '');
  await answer(json, async (store, sites) => {
    const site = what === undefined ? null : namedSite(sites, what);
    const newest = await newestRuns(store, site === null ? null : siteKey(site), Number(limit));
    const sheet = historySheet(newest, site === null ? null : siteKey(site), plainVoice);
    return { sheet, facts: newest.runs.map(factsOf) };
  });
}

async function answer(
  json: boolean,
  ask: (store: RunStore, sites: readonly Site[]) => Promise<OverviewAnswer>,
): Promise<void> {
  const setup = await setupOrExit({ slack: false, approvals: true, redis: true });
  await withStore(setup, async (store) => {
    const { sheet, facts } = await ask(store, setup.configuration.inventory.sites);
    process.stdout.write(json ? `${jsonText(facts, 2)}\n` : terminalText(sheet));
  });
}

async function overview(store: RunStore): Promise<OverviewAnswer> {
  const underWay = await runsUnderWay(store);
  const newest = await newestRuns(store, null, ENDED_LAST);
  const unreviewed = await openReviews(store, null);
  const facts = {
    underWay: underWay.map(factsOf),
    newest: newest.runs.map(factsOf),
    unreviewed: unreviewed.map(({ id }) => id),
  };
  return { sheet: overviewSheet(underWay, newest, plainVoice, unreviewed), facts };
}

async function statusOf(store: RunStore, sites: readonly Site[], what: string): Promise<OverviewAnswer> {
  const run = await store.read(what);
  if (run !== null) {
    const site = sites.find((one) => siteKey(one) === run.request.site);
    return { sheet: runSheet(run, site, plainVoice), facts: runFacts(run) };
  }
  const found = findSite(sites, what);
  if (found.kind === 'problem') throw usageStop(unknownRun(sites, what), SEE_HISTORY);
  const standing = await siteOverview(store, siteKey(found.site));
  const { underWay, last, verified } = standing;
  const facts = {
    site: siteKey(found.site),
    underWay: underWay && runFacts(underWay),
    last: last && runFacts(last),
    verified: verified && runFacts(verified),
  };
  return { sheet: siteSheet(found.site, standing, plainVoice), facts };
}

function factsOf(known: KnownRun): unknown {
  return known.kind === 'run' ? runFacts(known.run) : { run: known.id, problem: known.why };
}
