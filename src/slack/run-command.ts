import type { Click } from '../app/decide.ts';
import { cancelRun } from '../app/decide-run.ts';
import { requestRollback } from '../app/request-rollback.ts';
import { findSite } from '../commands/find-site.ts';
import { helpText } from '../commands/help.ts';
import { parseCommand, type RollbackCommand } from '../commands/parse.ts';
import { type Site, siteKey } from '../domain/site.ts';
import type { Bot } from './bot.ts';
import { channelProblem } from './channel.ts';
import { problemText, refusalText } from './render/answers.ts';
import { form } from './render/form.ts';
import { siteList } from './render/lists.ts';
import { readinessWords } from './render/readiness.ts';
import { history, status } from './run-questions.ts';

/** One slash command as it was typed. */
export interface TypedCommand {
  readonly text: string;
  readonly user: string;
  readonly channel: string;
  readonly triggerId: string;
}

/** Does what was typed; returns the answer for the person who typed it, or null if the run itself will speak. */
export async function runCommand(bot: Bot, typed: TypedCommand): Promise<string | null> {
  const command = parseCommand(typed.text);
  switch (command.kind) {
    case 'problem':
      return problemText(command);
    case 'help':
      return helpText();
    case 'form':
      return openForm(bot, typed, command.siteText);
    case 'rollback':
      return begin(bot, typed, command);
    case 'sites':
      return sites(bot);
    case 'status':
      return status(bot, command.what);
    case 'history':
      return history(bot, command.siteText);
    case 'cancel':
      return cancel(bot, typed, command.what);
  }
}

async function openForm(
  bot: Bot,
  { channel, triggerId }: TypedCommand,
  siteText: string | null,
): Promise<string | null> {
  const found = siteText === null ? null : findSite(bot.inventory.sites, siteText);
  if (found?.kind === 'problem') return problemText(found);
  if (bot.inventory.sites.length === 0) return siteList([], new Map());
  await bot.client.views.open({
    trigger_id: triggerId,
    view: form(bot.inventory.sites, found?.site ?? null, channel),
  });
  return null;
}

async function begin(bot: Bot, typed: TypedCommand, command: RollbackCommand): Promise<string | null> {
  const found = findSite(bot.inventory.sites, command.siteText);
  if (found.kind === 'problem') return problemText(found);
  return beginFor(bot, found.site, command, typed);
}

/** From the command and from the form alike. */
export async function beginFor(
  bot: Bot,
  site: Site,
  wish: Pick<RollbackCommand, 'version' | 'mode' | 'backup' | 'reason' | 'dryRun'>,
  from: Pick<TypedCommand, 'user' | 'channel' | 'triggerId'>,
): Promise<string | null> {
  const missing = await channelProblem(bot.client, site.channel ?? from.channel, bot.name);
  if (missing !== null) return missing;
  const { version, mode, backup, reason, dryRun } = wish;
  const request = {
    site: siteKey(site),
    version,
    mode,
    backup,
    reason,
    dryRun,
    requester: from.user,
    channel: from.channel,
  };
  // Slack gives every command its own trigger id: the same one again is the same delivery again.
  const result = await requestRollback(bot, site, request, from.triggerId);
  if (result.kind === 'refused') return refusalText(result.refusal);
  return result.kind === 'again'
    ? `${result.run.id} is under way already; the same request came twice.`
    : null;
}

async function sites(bot: Bot): Promise<string> {
  const busy = new Map<string, string>();
  const readiness = new Map<string, string>();
  for (const site of bot.inventory.sites) {
    const key = siteKey(site);
    const run = await bot.store.activeOn(key);
    if (run !== null) busy.set(key, run);
    if (site.readiness === undefined) continue;
    const [look, report] = await Promise.all([bot.readiness.look(key), bot.readiness.report(key)]);
    readiness.set(key, readinessWords(look, report?.approvers ?? [], bot.clock.now()));
  }
  return siteList(bot.inventory.sites, busy, readiness);
}

async function cancel(bot: Bot, { user }: TypedCommand, what: string): Promise<string> {
  const run = await runNamed(bot, what);
  if (run === null)
    return problemText({
      sentence: `There is no run or active rollback called ${what}.`,
      next: 'Type /rollback status to see the newest runs.',
    });
  const click: Click = { run, digest: null, user };
  const result = await cancelRun(bot, click);
  return result.kind === 'refused' ? refusalText(result.refusal) : result.sentence;
}

/** People type a run's id, or a site and mean the run that has it. */
async function runNamed(bot: Bot, what: string): Promise<string | null> {
  const run = await bot.store.read(what);
  if (run !== null) return run.id;
  const found = findSite(bot.inventory.sites, what);
  return found.kind === 'found' ? bot.store.activeOn(siteKey(found.site)) : null;
}
