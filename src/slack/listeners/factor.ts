import type { App } from '@slack/bolt';
import { z } from 'zod';
import { factorProblem } from '../../app/factor/check-code.ts';
import { offerSecret, takeOffer } from '../../app/factor/enrol.ts';
import type { Bot } from '../answering/answer.ts';
import { readPayload } from '../answering/payload.ts';
import { typedCode } from '../answering/typed.ts';
import { tellApprovers } from '../client/tell-approvers.ts';
import { CODE } from '../render/blocks/code-input.ts';
import { ENROL_CALLBACK, enrolProblemText, enrolView } from '../render/factor/enrol-view.ts';
import { enrolledNotice } from '../render/factor/notices.ts';
import { noFactorText } from '../render/factor/words.ts';

const offer = z.object({ secret: z.string(), invitation: z.string().nullable(), until: z.iso.datetime() });

const BROKEN = 'Something in the bot broke, or Redis does not answer. Try again in a minute.';

/**
 * `/rollback factor [word]`: says how this person stands; with the word of an invitation, shows a secret in a view and asks for
 * the first code. Returns the answer; null: a view opened instead. The view carries the secret sealed, and nothing keeps it
 * until a code was right.
 */
export async function openEnrolment(
  bot: Bot,
  { user, triggerId }: { readonly user: string; readonly triggerId: string },
  word: string | null,
): Promise<string | null> {
  if (word === null) {
    const problem = await factorProblem(bot, user);
    return problem === null
      ? ':key: You have a second factor. The bot asks for its code when you approve something that needs one.'
      : noFactorText(problem);
  }
  const offered = await offerSecret(bot, user, word);
  if (typeof offered === 'string') return `:no_entry: ${enrolProblemText(offered)}`;
  const sealed = bot.seals.seal(user, 'offer', JSON.stringify(offered));
  await bot.client.views.open({ trigger_id: triggerId, view: enrolView(offered.secret, sealed) });
  return null;
}

/** The first code of somebody who enrols. */
export function listenToEnrolment(app: App, bot: Bot): void {
  app.view(ENROL_CALLBACK, async ({ ack, view, body }) => {
    const user = body.user.id;
    const problem = await enrolled(bot, user, view.private_metadata, typedCode(view.state.values) ?? '');
    if (problem !== null) {
      await ack({ response_action: 'errors', errors: { [CODE]: problem } });
      return;
    }
    await ack();
    bot.audit({ person: user, by: user }, 'second factor set up by invitation');
    await tellApprovers(bot, user, enrolledNotice(user, null));
  });
}

/** null: done; otherwise what stands under the field. Slack waits for that, so nothing may be thrown. */
async function enrolled(bot: Bot, user: string, sealed: string, code: string): Promise<string | null> {
  const offered = readPayload(offer, bot.seals.open(user, 'offer', sealed) ?? undefined);
  if (offered === null) return enrolProblemText('not-invited');
  try {
    const problem = await takeOffer(bot, user, offered, code);
    return problem === null ? null : enrolProblemText(problem);
  } catch (error) {
    bot.onError(error, 'enrol');
    return BROKEN;
  }
}
