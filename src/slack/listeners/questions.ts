import { mayNotRead, type Reading, readableRuns, readingOf } from '../../app/people/reading.ts';
import { newestRuns, readable, runsUnderWay, siteOverview } from '../../app/run/find-runs.ts';
import { openReviews } from '../../app/run/open-reviews.ts';
import { runsWithTasks } from '../../app/run/runs-with-tasks.ts';
import { unknownRun } from '../../commands/find-run.ts';
import { findSite } from '../../commands/find-site.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { Run } from '../../domain/run/run.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import { historySheet, overviewSheet, siteSheet } from '../../report/history.ts';
import { runSheet } from '../../report/run-sheet.ts';
import type { Bot } from '../answering/answer.ts';
import { readinessText } from '../render/answers/readiness.ts';
import { problemText, refusalText } from '../render/answers/refusal.ts';
import { sheetText } from '../render/answers/sheet.ts';
import { siteList } from '../render/answers/sites.ts';
import { slackVoice } from '../render/blocks/voice.ts';

/** More runs than this would not fit into one answer. */
const LISTED = 10;

const ENDED_LAST = 5;

/** Answers a question about runs with what this person may read; or says why they may read nothing. */
export async function forReader(
  bot: Bot,
  user: string,
  answer: (reading: Reading) => Promise<string>,
): Promise<string> {
  const reading = await readingOf(bot.people, user, bot.inventory.sites);
  return 'code' in reading ? refusalText(reading) : answer(reading);
}

/** The site that was typed, of those that this person may read about; or the answer if there is none. */
export function readableSite(
  { inventory }: Bot,
  { sites }: Reading,
  text: string,
  asked: 'site' | 'run or site',
): Site | string {
  const found = findSite(sites, text);
  if (found.kind === 'found') return found.site;
  const hidden = findSite(inventory.sites, text);
  if (hidden.kind === 'found') return refusalText(mayNotRead(hidden.site));
  return problemText(asked === 'site' ? found : unknownRun(sites, text));
}

/** Why this person may not read about a run; null: they may. */
export function runProblem({ inventory }: Bot, reading: Reading, run: Run): Refusal | null {
  if (readableRuns(reading).is({ kind: 'run', run })) return null;
  const site = inventory.byKey(run.request.site);
  return site === undefined
    ? refusal(
        'requester-not-allowed',
        `You may not read about ${run.id}: its site is no longer in the configuration.`,
        'Ask someone who may read about every site.',
      )
    : mayNotRead(site);
}

/** `status [site|run]` */
export function status(bot: Bot, user: string, what: string | null): Promise<string> {
  const { store, inventory } = bot;
  return forReader(bot, user, async (reading) => {
    const may = readableRuns(reading);
    if (what === null) {
      const underWay = (await runsUnderWay(store)).filter(may.is);
      const newest = await newestRuns(store, null, ENDED_LAST, may);
      const unreviewed = (await openReviews(store, null)).filter((run) => may.is({ kind: 'run', run }));
      return sheetText(overviewSheet(underWay, newest, slackVoice, unreviewed), moreIn('status'));
    }
    const run = await store.read(what);
    if (run !== null) {
      const no = runProblem(bot, reading, run);
      if (no !== null) return refusalText(no);
      const sheet = runSheet(run, inventory.byKey(run.request.site), slackVoice);
      return sheetText(sheet, moreIn(`status ${run.id}`));
    }
    const site = readableSite(bot, reading, what, 'run or site');
    if (typeof site === 'string') return site;
    const key = siteKey(site);
    const sheet = siteSheet(site, await siteOverview(store, key), slackVoice);
    return sheetText(sheet, moreIn(`status ${key}`));
  });
}

/** `history [site]` */
export function history(bot: Bot, user: string, siteText: string | null): Promise<string> {
  return forReader(bot, user, async (reading) => {
    const site = siteText === null ? null : readableSite(bot, reading, siteText, 'site');
    if (typeof site === 'string') return site;
    const key = site === null ? null : siteKey(site);
    const newest = await newestRuns(bot.store, key, LISTED, readableRuns(reading));
    return sheetText(historySheet(newest, key, slackVoice), moreIn(`history ${key ?? ''}`.trim()));
  });
}

/** `sites` */
export function sites(bot: Bot, user: string): Promise<string> {
  return forReader(bot, user, async (reading) => {
    const busy = new Map<string, string>();
    const readiness = new Map<string, string>();
    for (const site of reading.sites) {
      const key = siteKey(site);
      const run = await bot.store.activeOn(key);
      if (run !== null) busy.set(key, run);
      if (site.readiness === undefined) continue;
      const [look, report] = await Promise.all([bot.readiness.look(key), bot.readiness.report(key)]);
      readiness.set(key, readinessText(look, report?.approvers ?? [], bot.clock.now()));
    }
    return siteList(reading.sites, busy, readiness, readable(await runsWithTasks(bot.store, null)));
  });
}

function moreIn(command: string): string {
  return `for the rest, run \`rollback-bot ${command}\` where the bot runs`;
}
