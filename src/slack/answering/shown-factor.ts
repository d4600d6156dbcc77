import { type CodeAnswer, checkCode } from '../../app/factor/check-code.ts';
import type { Factor } from '../../domain/approval/factor.ts';
import { tellApprovers } from '../client/tell-approvers.ts';
import { CODE } from '../render/blocks/code-input.ts';
import { lockNotice } from '../render/factor/notices.ts';
import { refusedCode } from '../render/factor/words.ts';
import type { Bot } from './answer.ts';
import { typedCode } from './typed.ts';

/** The second factor that somebody has shown in a view, or what stands under its field instead. */
export type Shown =
  | { readonly factor?: Factor }
  | {
      readonly errors: Readonly<Record<string, string>>;
      /** What is left to do once Slack has its answer. */
      readonly afterwards: () => Promise<void>;
    };

/** Checks the code in a view; one that asks for none shows none. */
export async function shownFactor(bot: Bot, user: string, state: unknown): Promise<Shown> {
  const code = typedCode(state);
  if (code === undefined) return {};
  const answer = await checked(bot, user, code);
  if (answer.kind === 'accepted') return { factor: 'totp' };
  return {
    errors: { [CODE]: answer.kind === 'unknown' ? CANT_TELL : refusedCode(answer) },
    afterwards: async () => {
      if (answer.kind === 'locks') await sayLocked(bot, user, answer.until);
    },
  };
}

const CANT_TELL =
  "The bot can't tell whether this code counts: something in it broke, or Redis does not answer. Try again in a minute.";

/** Slack waits for the answer to a view, so an error has to stand under the field. */
async function checked(
  bot: Bot,
  user: string,
  code: string,
): Promise<CodeAnswer | { readonly kind: 'unknown' }> {
  try {
    return await checkCode(bot, user, code);
  } catch (error) {
    bot.onError(error, 'check a code');
    return { kind: 'unknown' };
  }
}

/** Said once, because one code locks: somebody may be guessing, with this person's account. */
async function sayLocked(bot: Bot, user: string, until: string): Promise<void> {
  bot.audit({ person: user, until }, 'second factor locked: too many codes were wrong');
  await tellApprovers(bot, user, lockNotice(user, until));
}
