import { findUndone } from '../../app/request/find-undone.ts';
import { requestProblem } from '../../app/request/request-rollback.ts';
import { findSite } from '../../commands/find-site.ts';
import type { UndoCommand } from '../../commands/undo.ts';
import type { Site } from '../../domain/site/site.ts';
import type { Bot } from '../answering/answer.ts';
import { problemText, refusalText } from '../render/answers/refusal.ts';
import { type Asking, beginRequest } from './begin-request.ts';

/** Begins the run that undoes another one. Planning checks again whether that one can be undone. */
export async function beginUndo(bot: Bot, typed: Asking, command: UndoCommand): Promise<string> {
  const run = await bot.store.read(command.what);
  const site = run === null ? siteNamed(bot, command.what) : bot.inventory.byKey(run.request.site);
  if (typeof site === 'string') return site;
  if (site === undefined)
    return problemText({
      sentence: `The site of ${command.what} is no longer in the configuration.`,
      next: 'Put it back into the configuration, and type the command again.',
    });
  // Before the record is searched. Who asks is checked once more when the run begins.
  const no = await requestProblem(bot.people, typed.user, site);
  if (no !== null) return refusalText(no);
  const choice = await findUndone(bot.store, site, run?.id ?? null);
  if (choice.kind === 'refused') return refusalText(choice.refusal);
  const wish = {
    version: null,
    mode: null,
    backup: null,
    reason: command.reason,
    dryRun: command.dryRun,
    undo: choice.run.id,
  };
  return beginRequest(bot, site, wish, typed);
}

/** The site, or the answer if there is none. */
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
