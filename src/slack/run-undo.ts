import { findUndone } from '../app/find-undone.ts';
import { requestRollback } from '../app/request-rollback.ts';
import { findSite } from '../commands/find-site.ts';
import type { UndoCommand } from '../commands/undo.ts';
import { type Site, siteKey } from '../domain/site.ts';
import type { Bot } from './bot.ts';
import { channelProblem } from './channel.ts';
import { problemText, refusalText } from './render/answers.ts';
import type { TypedCommand } from './run-command.ts';

/** Begins the run that takes another one back; which one that may be is asked again when it is planned. */
export async function beginUndo(bot: Bot, typed: TypedCommand, command: UndoCommand): Promise<string | null> {
  const run = await bot.store.read(command.what);
  const site = run === null ? siteNamed(bot, command.what) : bot.inventory.byKey(run.request.site);
  if (typeof site === 'string') return site;
  if (site === undefined)
    return problemText({
      sentence: `The site of ${command.what} is no longer in the configuration.`,
      next: 'Put it back into the configuration, and type the command again.',
    });
  const choice = await findUndone(bot.store, site, run?.id ?? null);
  if (choice.kind === 'refused') return refusalText(choice.refusal);
  const missing = await channelProblem(bot.client, site.channel ?? typed.channel, bot.name);
  if (missing !== null) return missing;
  const request = {
    site: siteKey(site),
    version: null,
    mode: null,
    backup: null,
    reason: command.reason,
    dryRun: command.dryRun,
    undo: choice.run.id,
    requester: typed.user,
    channel: typed.channel,
  };
  const result = await requestRollback(bot, site, request, typed.triggerId);
  if (result.kind === 'refused') return refusalText(result.refusal);
  return result.kind === 'again'
    ? `${result.run.id} is under way already; the same request came twice.`
    : null;
}

/** The site, or what to say where there is none. */
function siteNamed(bot: Bot, what: string): Site | string {
  const found = findSite(bot.inventory.sites, what);
  if (found.kind === 'found') return found.site;
  return /-\d+$/.test(what)
    ? problemText({
        sentence: `There is no run called ${what}.`,
        next: 'Type /rollback status to see the newest runs.',
      })
    : problemText(found);
}
