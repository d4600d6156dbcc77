import type { WebClient } from '@slack/web-api';
import type { DecisionDeps } from '../../app/decide/decide.ts';
import type { FactorDeps } from '../../app/factor/check-code.ts';
import { type Budget, createBudget } from '../../app/people/budget.ts';
import type { FactorSeals } from '../../app/ports/factors.ts';
import type { Clock } from '../../app/ports/outside.ts';
import type { ReadinessStore } from '../../app/ports/readiness.ts';
import { RecordDamaged } from '../../app/ports/run-store.ts';

/** What the listeners need. */
export interface Bot extends DecisionDeps, FactorDeps {
  readonly client: WebClient;
  readonly seals: FactorSeals;
  readonly readiness: Pick<ReadinessStore, 'look' | 'report'>;
  /** The bot's name in Slack, to tell people how to invite it. */
  readonly name: string;
  readonly budgets: Budgets;
  readonly onError: (error: unknown, doing: string) => void;
  /** Counts it. */
  readonly glassBroken: () => void;
  /** For what has to stand in the log, whoever else was told. */
  readonly audit: (facts: Readonly<Record<string, string>>, what: string) => void;
}

/** Tells the person who acted, and nobody else. */
export type Answer = (text: string) => Promise<void>;

/** Two for each person, so that someone who has typed too much can still approve, or decide at a stop. */
export type Budgets = Readonly<Record<'commands' | 'clicks', Budget>>;

export function createBudgets(clock: Clock): Budgets {
  const now = () => Date.parse(clock.now());
  return { commands: createBudget(now), clicks: createBudget(now) };
}

/** What someone did. */
export interface Act {
  readonly user: string;
  readonly kind: keyof Budgets;
  /** For the log. */
  readonly doing: string;
}

const TOO_MUCH: Readonly<Record<Act['kind'], string>> = {
  commands:
    ':no_entry: Nothing was done: you have sent too many commands in a short time. Wait ten seconds, then type this one again.',
  clicks:
    ':no_entry: Nothing was done: you have pressed too many buttons in a short time. Wait ten seconds, then press this one again.',
};

/**
 * The door of all listeners. Whoever asks too much is told so once, and costs nothing more. If something goes wrong after the
 * ack, it logs the error and tells the person. It swallows nothing else.
 */
export async function answering(
  bot: Bot,
  { user, kind, doing }: Act,
  answer: Answer,
  work: () => Promise<string | null>,
): Promise<void> {
  const verdict = bot.budgets[kind].spend(user);
  if (verdict === 'drop') return;
  if (verdict === 'say-so') return told(bot, doing, answer, TOO_MUCH[kind]);
  let text: string | null;
  try {
    text = await work();
  } catch (error) {
    bot.onError(error, doing);
    text = `:warning: ${problemOf(error)} If it keeps happening, run \`rollback-bot doctor\` where the bot runs.`;
  }
  if (text !== null) await told(bot, doing, answer, text);
}

async function told(bot: Bot, doing: string, answer: Answer, text: string): Promise<void> {
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
