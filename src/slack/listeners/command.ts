import { cancelRun } from '../../app/decide/plan.ts';
import { sitesToAskFor } from '../../app/request/request-rollback.ts';
import { findSite } from '../../commands/find-site.ts';
import { helpText } from '../../commands/help.ts';
import { parseCommand, type RollbackCommand } from '../../commands/parse.ts';
import { siteKey } from '../../domain/site/site.ts';
import { oneLine } from '../../domain/text/printable.ts';
import type { Bot } from '../answering/answer.ts';
import { type ChannelPlace, placeProblem } from '../client/channel.ts';
import { form } from '../render/answers/form.ts';
import { problemText, refusalText, sentenceText } from '../render/answers/refusal.ts';
import { siteList } from '../render/answers/sites.ts';
import { escaped } from '../render/blocks/mrkdwn.ts';
import { type Asking, beginRequest } from './begin-request.ts';
import { openEnrolment } from './factor.ts';
import { forReader, history, readableSite, runProblem, sites, status } from './questions.ts';
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
      return sites(bot, typed.user);
    case 'status':
      return status(bot, typed.user, command.what);
    case 'history':
      return history(bot, typed.user, command.siteText);
    case 'cancel':
      return cancel(bot, typed, command.what);
    case 'undo':
      return beginUndo(bot, asking, command);
    case 'factor':
      return openEnrolment(bot, typed, command.word);
  }
}

async function openForm(
  bot: Bot,
  { user, place, triggerId }: SlashCommand,
  siteText: string | null,
): Promise<string | null> {
  const found = siteText === null ? null : findSite(bot.inventory.sites, siteText);
  if (found?.kind === 'problem') return problemText(found);
  const wanted = found === null ? bot.inventory.sites : [found.site];
  if (wanted.length === 0) return siteList([], new Map());
  const all = await sitesToAskFor(bot.people, user, wanted);
  if ('code' in all) return refusalText(all);
  const [first, ...others] = all;
  if (first === undefined) throw new Error('someone who may ask for no site was not refused');
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

/** People type a run's id, or a site when they mean its active run. Even "nothing is under way" is for readers only. */
function cancel(bot: Bot, { user }: SlashCommand, what: string): Promise<string> {
  return forReader(bot, user, async (reading) => {
    const named = await bot.store.read(what);
    if (named !== null) {
      const no = runProblem(bot, reading, named);
      return no === null ? cancelNamed(bot, user, what) : refusalText(no);
    }
    const site = readableSite(bot, reading, what, 'run or site');
    if (typeof site === 'string') return site;
    const run = await bot.store.activeOn(siteKey(site));
    return run === null
      ? `Nothing is under way on ${escaped(oneLine(site.name))}.`
      : cancelNamed(bot, user, run);
  });
}

async function cancelNamed(bot: Bot, user: string, run: string): Promise<string> {
  const result = await cancelRun(bot, { run, digest: null, user });
  return result.kind === 'refused' ? refusalText(result.refusal) : sentenceText(result.sentence);
}
