import type { WebClient } from '@slack/web-api';
import type { DecisionDeps } from '../../app/decide/decide.ts';
import type { ReadinessStore } from '../../app/ports/readiness.ts';

/** What the listeners need. */
export interface Bot extends DecisionDeps {
  readonly client: WebClient;
  readonly readiness: Pick<ReadinessStore, 'look' | 'report'>;
  /** The bot's own name in Slack, for telling people how to invite it. */
  readonly name: string;
  readonly onError: (error: unknown, doing: string) => void;
}

/** Says something to the person who acted, and to nobody else. */
export type Answer = (text: string) => Promise<void>;

/**
 * The one error boundary of all listeners: whatever goes wrong behind an ack is said to the person in words and
 * logged. Nothing is swallowed, and nothing that was refused here has been started.
 */
export async function answering(
  bot: Bot,
  doing: string,
  answer: Answer,
  work: () => Promise<string | null>,
): Promise<void> {
  let text: string | null;
  try {
    text = await work();
  } catch (error) {
    bot.onError(error, doing);
    text = `:warning: ${troubleOf(error)} If it keeps happening, run \`rollback-bot doctor\` where the bot runs.`;
  }
  if (text === null) return;
  try {
    await answer(text);
  } catch (error) {
    bot.onError(error, `${doing}: answering`);
  }
}

/** Our own sentences are fit for people; others may hold anything and stay in the log. */
function troubleOf(error: unknown): string {
  if (!(error instanceof Error && error.message.startsWith('redis at ')))
    return 'That did not work, because something in the bot broke.\nTry again in a minute.';
  // It may have been stored, with the reply lost or to come, or with only the workers not woken.
  return `I can't tell whether that was saved (${error.message}).\nCheck the run in a minute, and try again if needed. Nothing is done twice.`;
}
