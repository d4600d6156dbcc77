import { cancelRun } from '../../app/decide/plan.ts';
import { readable } from '../../app/run/find-runs.ts';
import { runsWithTasks } from '../../app/run/runs-with-tasks.ts';
import { unknownRun } from '../../commands/find-run.ts';
import { findSite } from '../../commands/find-site.ts';
import { helpText } from '../../commands/help.ts';
import { parseCommand, type RollbackCommand } from '../../commands/parse.ts';
import { siteKey } from '../../domain/site/site.ts';
import { oneLine } from '../../report/text.ts';
import { type ChannelPlace, placeProblem } from '../client/channel.ts';
import { form } from '../render/answers/form.ts';
import { readinessText } from '../render/answers/readiness.ts';
import { problemText, refusalText, sentenceText } from '../render/answers/refusal.ts';
import { siteList } from '../render/answers/sites.ts';
import { escaped } from '../render/blocks/text.ts';
import type { Bot } from './answer.ts';
import { type Asking, beginRequest } from './begin-request.ts';
import { history, status } from './questions.ts';
import { beginUndo } from './undo.ts';

/** One slash command as it was typed. */
export interface SlashCommand {
  readonly text: string;
  readonly user: string;
  readonly place: ChannelPlace;
  readonly triggerId: string;
}

/** Does what was typed. Returns the answer for the person who typed it; null: a form opened instead. */
export async function answerCommand(bot: Bot, typed: SlashCommand): Promise<string | null> {
  const command = parseCommand(typed.text);
  // Slack gives every command its own trigger id, so the same id means the same command delivered twice.
  const asking: Asking = { user: typed.user, place: typed.place, requestKey: typed.triggerId };
  switch (command.kind) {
    case 'problem':
      return problemText(command);
    case 'help':
      return helpText();
    case 'form':
      return openForm(bot, typed, command.siteText);
    case 'rollback':
      return begin(bot, asking, command);
    case 'sites':
      return sites(bot);
    case 'status':
      return status(bot, command.what);
    case 'history':
      return history(bot, command.siteText);
    case 'cancel':
      return cancel(bot, typed, command.what);
    case 'undo':
      return beginUndo(bot, asking, command);
  }
}

async function openForm(
  bot: Bot,
  { place, triggerId }: SlashCommand,
  siteText: string | null,
): Promise<string | null> {
  const { sites: all } = bot.inventory;
  const found = siteText === null ? null : findSite(all, siteText);
  if (found?.kind === 'problem') return problemText(found);
  const [first, ...others] = found === null ? all : [found.site];
  if (first === undefined) return siteList([], new Map());
  // If the sites have different channels, only the submitted form tells which channel to check.
  const isOpen = others.some((site) => site.channel !== first.channel);
  const problem = isOpen ? null : await placeProblem(bot, first, place);
  if (problem !== null) return problem;
  await bot.client.views.open({ trigger_id: triggerId, view: form(all, found?.site ?? null, place) });
  return null;
}

async function begin(bot: Bot, asking: Asking, command: RollbackCommand): Promise<string> {
  const found = findSite(bot.inventory.sites, command.siteText);
  if (found.kind === 'problem') return problemText(found);
  const { version, mode, backup, reason, dryRun } = command;
  return beginRequest(bot, found.site, { version, mode, backup, reason, dryRun }, asking);
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
    readiness.set(key, readinessText(look, report?.approvers ?? [], bot.clock.now()));
  }
  return siteList(bot.inventory.sites, busy, readiness, readable(await runsWithTasks(bot.store, null)));
}

/** People type a run's id, or a site when they mean its active run. */
async function cancel(bot: Bot, { user }: SlashCommand, what: string): Promise<string> {
  if ((await bot.store.read(what)) !== null) return cancelNamed(bot, user, what);
  const found = findSite(bot.inventory.sites, what);
  if (found.kind === 'problem') return problemText(unknownRun(bot.inventory.sites, what));
  const run = await bot.store.activeOn(siteKey(found.site));
  return run === null
    ? `Nothing is under way on ${escaped(oneLine(found.site.name))}.`
    : cancelNamed(bot, user, run);
}

async function cancelNamed(bot: Bot, user: string, run: string): Promise<string> {
  const result = await cancelRun(bot, { run, digest: null, user });
  return result.kind === 'refused' ? refusalText(result.refusal) : sentenceText(result.sentence);
}
