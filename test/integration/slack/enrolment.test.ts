import { describe, expect, it } from 'vitest';
import { type Modal, plainText } from '../../../sandbox/slack/local-slack.ts';
import { inviteToEnrol } from '../../../src/app/factor/enrol.ts';
import { totp } from '../../../src/totp/totp.ts';
import { codeAt, wrongCodeAt } from '../../support/fakes/factors.ts';
import { ALICE, BOB, CAROL, T } from '../../support/story/site.ts';
import { OPS, useFactorScene } from './factor-scene.ts';

const WORD = 'ABCD-2345';

const scene = useFactorScene();
const { direct, answer, factors } = scene;

describe('/rollback factor', () => {
  const deps = () => ({
    factors: factors(),
    totp,
    clock: scene.clock,
    newWord: () => WORD,
  });

  async function typed(text: string): Promise<string> {
    const since = scene.slack.mark();
    await scene.slack.as(BOB).command(OPS, `/rollback factor${text}`);
    return answer(BOB, since);
  }

  async function invited(): Promise<{ readonly view: Modal; readonly secret: string }> {
    await inviteToEnrol(deps(), BOB);
    await scene.slack.as(BOB).command(OPS, `/rollback factor ${WORD.toLowerCase()}`);
    const view = await scene.slack.waitForModal(BOB, () => true);
    const secret = /`([A-Z2-7 ]{39})`/.exec(plainText(view))?.[1]?.replaceAll(' ', '') ?? '';
    return { view, secret };
  }

  it('shows a secret to whoever was invited and knows the word, and takes the first code', async () => {
    const { view, secret } = await invited();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect((await scene.slack.as(BOB).submit(view, { code: wrongCodeAt(T.decided) })).errors).toEqual({
      code: 'This code is wrong. Check the key in the app and the clock of your phone, and type the code that it shows now.',
    });
    const since = scene.slack.mark();
    expect((await scene.slack.as(BOB).submit(view, { code: codeAt(T.decided, 0, secret) })).errors).toEqual(
      {},
    );

    for (const person of [BOB, ALICE, CAROL])
      expect(await direct(person, since)).toBe(
        `:key: <@${BOB}> has a second factor for approvals from now on, set up by invitation, in Slack.\nIf you did not expect that, tell whoever runs the bot now.`,
      );
    expect(scene.audited).toEqual([`second factor set up by invitation: {"person":"${BOB}","by":"${BOB}"}`]);
    expect(await typed('')).toContain(':key: You have a second factor.');
    expect(await typed(` ${WORD}`)).toContain('You have a second factor already.');
  });

  it('keeps the secret out of every message, payload of others and line of the log', async () => {
    const { view, secret } = await invited();
    await scene.slack.as(BOB).submit(view, { code: codeAt(T.decided, 0, secret) });
    await typed('');

    const shown = JSON.stringify(
      [...scene.slack.channels(), scene.slack.direct(BOB)].map(({ id }) => scene.slack.messages(id)),
    );
    const inRedis = JSON.stringify(await scene.redis.link.redis.hgetall(`${scene.redis.prefix}:rb:factors`));
    for (const text of [shown, scene.audited.join('\n'), inRedis, String(view.view['private_metadata'])]) {
      expect(text.length).toBeGreaterThan(10);
      expect(text).not.toContain(secret);
      expect(text).not.toContain(secret.slice(0, 8));
    }
  });

  it.each([
    ['without an invitation', false, WORD],
    ['with another word, as whoever has only taken over the account', true, 'WXYZ-9876'],
  ])('shows nothing %s', async (_, isInvited, word) => {
    if (isInvited) await inviteToEnrol(deps(), BOB);

    expect(await typed(` ${word}`)).toBe(
      ':no_entry: There is no such invitation for you, or it has been used. Ask whoever runs the bot for a new one.',
    );
    expect(scene.slack.as(BOB).openModals()).toEqual([]);
  });

  it('tells somebody without one what to do', async () => {
    expect(await typed('')).toContain('You have no second factor yet.');
  });
});
