import type { WebClient } from '@slack/web-api';
import type { DecisionDeps } from '../../app/decide/decide.ts';
import type { ReadinessStore } from '../../app/ports/readiness.ts';
import { RecordDamaged } from '../../app/ports/run-store.ts';

/** What the listeners need. */
export interface Bot extends DecisionDeps {
  readonly client: WebClient;
  readonly readiness: Pick<ReadinessStore, 'look' | 'report'>;
  /** The bot's name in Slack, to tell people how to invite it. */
  readonly name: string;
  readonly onError: (error: unknown, doing: string) => void;
}

/** Tells the person who acted, and nobody else. */
export type Answer = (text: string) => Promise<void>;

/**
 * The error boundary of all listeners: if something goes wrong after the ack, it logs the error and tells the person. It
 * swallows nothing.
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
    text = `:warning: ${problemOf(error)} If it keeps happening, run \`rollback-bot doctor\` where the bot runs.`;
  }
  if (text === null) return;
  try {
    await answer(text);
  } catch (error) {
    bot.onError(error, `${doing}: answering`);
  }
}

/** Our own sentences are fit for people. Other errors may hold anything, so they stay in the log. */
function problemOf(error: unknown): string {
  if (error instanceof RecordDamaged)
    return `Somebody else than the bot has changed a record in Redis, so the bot does nothing on its word. Tell whoever runs the bot: \`rollback-bot audit verify\` says what was changed.`;
  if (!(error instanceof Error && error.message.startsWith('redis at ')))
    return 'That did not work, because something in the bot broke.\nTry again in a minute.';
  // Redis may have stored it: the reply can be lost or late, or only the wake-up of the workers failed.
  return `I can't tell whether that was saved (${error.message}).\nCheck the run in a minute, and try again if needed. Nothing is done twice.`;
}
