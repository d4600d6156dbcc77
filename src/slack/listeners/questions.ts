import { newestRuns, runsUnderWay, siteOverview } from '../../app/run/find-runs.ts';
import { unknownRun } from '../../commands/find-run.ts';
import { findSite } from '../../commands/find-site.ts';
import { siteKey } from '../../domain/site/site.ts';
import { historySheet, overviewSheet, siteSheet } from '../../report/history.ts';
import { runSheet } from '../../report/run-sheet.ts';
import { problemText } from '../render/answers/refusal.ts';
import { sheetText } from '../render/answers/sheet.ts';
import { slackVoice } from '../render/blocks/voice.ts';
import type { Bot } from './answer.ts';

/** More runs than this would not fit into one answer. */
const LISTED = 10;

const ENDED_LAST = 5;

/** `status [site|run]` */
export async function status({ store, inventory }: Bot, what: string | null): Promise<string> {
  if (what === null) {
    const [underWay, newest] = [await runsUnderWay(store), await newestRuns(store, null, ENDED_LAST)];
    return sheetText(overviewSheet(underWay, newest, slackVoice), moreIn('status'));
  }
  const run = await store.read(what);
  if (run !== null)
    return sheetText(
      runSheet(run, inventory.byKey(run.request.site), slackVoice),
      moreIn(`status ${run.id}`),
    );
  const found = findSite(inventory.sites, what);
  if (found.kind === 'problem') return problemText(unknownRun(inventory.sites, what));
  const key = siteKey(found.site);
  return sheetText(
    siteSheet(found.site, await siteOverview(store, key), slackVoice),
    moreIn(`status ${key}`),
  );
}

/** `history [site]` */
export async function history({ store, inventory }: Bot, siteText: string | null): Promise<string> {
  const found = siteText === null ? null : findSite(inventory.sites, siteText);
  if (found?.kind === 'problem') return problemText(found);
  const key = found === null ? null : siteKey(found.site);
  const newest = await newestRuns(store, key, LISTED);
  return sheetText(historySheet(newest, key, slackVoice), moreIn(`history ${key ?? ''}`.trim()));
}

function moreIn(command: string): string {
  return `for the rest, run \`rollback-bot ${command}\` where the bot runs`;
}
