import { describe, expect, it } from 'vitest';
import { type Modal, plainText } from '../../../sandbox/slack/local-slack.ts';
import { offers } from '../../../src/domain/stop/offers.ts';
import { decisionRequest } from '../../../src/slack/render/run/stop.ts';
import { codeAt, wrongCodeAt } from '../../support/fakes/factors.ts';
import { ended, eventsTo, hostState, RUN_ID, runOf, steps } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, T } from '../../support/story/site.ts';
import { OPS, PLAN, useFactorScene, WHERE } from './factor-scene.ts';

const scene = useFactorScene();
const { enrolled, waiting, posted, pressed, state, direct, answer } = scene;

describe('Approve, where a second factor is wanted', () => {
  it('asks for the code in a view that says what is approved, and approves with it', async () => {
    await enrolled(BOB);
    const ts = await waiting();
    scene.slack.as(BOB).type(ts, 'Reason', 'no orders');
    const view = await pressed(BOB, ts);

    expect(plainText(view).split('\n')).toEqual([
      'Approve',
      '*Roll Acme Kitchens (production) back to v0.5.0*',
      'The site goes down, and its database is overwritten with a backup.',
      'Everything written to its database after 2026-03-01 01:40 UTC will be lost.',
      'Code from your phone',
      'The six digits that your authenticator app shows now.',
      'Reason',
      'no orders',
      'acme-kitchens-7',
      '[Back]',
      '[Approve]',
    ]);
    expect(await state()).toBe('awaiting-approval');

    const since = scene.slack.mark();
    await scene.slack.as(BOB).submit(view, { 'Code from your phone': codeAt(T.decided) });

    expect(await answer(BOB, since)).toBe(':white_check_mark: You approved acme-kitchens-7.');
    const [approval] = (await scene.store.read(RUN_ID))?.consent?.approvals ?? [];
    expect(approval).toMatchObject({ approver: BOB, factor: 'totp', reason: 'no orders' });
  });

  it('takes the code with a space, and the reason as it stands in the view', async () => {
    await enrolled(BOB);
    const view = await pressed(BOB, await waiting());
    const code = codeAt(T.decided);
    const since = scene.slack.mark();

    await scene.slack
      .as(BOB)
      .submit(view, { code: `${code.slice(0, 3)} ${code.slice(3)}`, reason: 'a trial' });

    await answer(BOB, since);
    expect((await scene.store.read(RUN_ID))?.consent?.approvals[0]?.reason).toBe('a trial');
  });

  it('refuses a wrong code under its field, and loses nothing', async () => {
    await enrolled(BOB);
    const view = await pressed(BOB, await waiting());

    expect(
      (await scene.slack.as(BOB).submit(view, { code: wrongCodeAt(T.decided), reason: 'x' })).errors,
    ).toEqual({
      code: 'This code is wrong. 4 more tries are left. If it stays wrong, check the clock of your phone.',
    });
    expect((await scene.slack.as(BOB).submit(view, { code: '12' })).errors).toEqual({
      code: 'A code has six digits. Type the one that your app shows now.',
    });
    expect(await state()).toBe('awaiting-approval');

    const since = scene.slack.mark();
    await scene.slack.as(BOB).submit(view, { code: codeAt(T.decided) });
    await answer(BOB, since);
    expect((await scene.store.read(RUN_ID))?.consent?.approvals[0]?.reason).toBe('x');
  });

  it('takes each code once', async () => {
    await enrolled(BOB);
    const since = scene.slack.mark();
    await scene.slack.as(BOB).submit(await pressed(BOB, await waiting()), { code: codeAt(T.decided) });
    await answer(BOB, since);

    const view = await pressed(BOB, await waiting());
    expect((await scene.slack.as(BOB).submit(view, { code: codeAt(T.decided) })).errors).toEqual({
      code: 'This code has been used already. Wait until your app shows the next one, and type that.',
    });
    expect(await state()).toBe('awaiting-approval');
  });

  it('locks after five wrong codes, and says so once to the person and to the other approvers', async () => {
    await enrolled(BOB);
    const view = await pressed(BOB, await waiting());
    const since = scene.slack.mark();
    const errors: unknown[] = [];
    for (let tries = 0; tries < 6; tries += 1)
      errors.push((await scene.slack.as(BOB).submit(view, { code: wrongCodeAt(T.decided) })).errors['code']);

    const locked =
      'Too many codes were wrong, so no code counts until 02:35 UTC. Somebody else can approve meanwhile.';
    expect(errors.slice(-3)).toEqual([
      'This code is wrong. One more try is left. If it stays wrong, check the clock of your phone.',
      locked,
      locked,
    ]);
    for (const person of [BOB, ALICE, CAROL])
      expect(await direct(person, since)).toContain(
        `:lock: Somebody with the account of <@${BOB}> has typed too many wrong codes`,
      );
    expect(scene.slack.messages(scene.slack.direct(CAROL).id)).toHaveLength(1);
    expect(scene.audited).toEqual([
      `second factor locked: too many codes were wrong: {"person":"${BOB}","until":"2026-03-01T02:35:00.000Z"}`,
    ]);
    expect(plainText(await pressed(BOB, await waiting()))).toContain(
      ':lock: Too many codes were wrong, so no code of yours counts until',
    );
  });

  it('tells somebody without one how to get one', async () => {
    expect(plainText(await pressed(BOB, await waiting()))).toContain(
      ':no_entry: You have no second factor yet. Ask whoever runs the bot to invite you (rollback-bot factor invite), then type /rollback factor and the word that they tell you. Somebody else can approve meanwhile.',
    );
  });

  it('tells the requester, and whoever is too late, the same as without one', async () => {
    const ts = await waiting();
    expect(plainText(await pressed(ALICE, ts))).toContain(
      'You asked for this rollback, so you cannot approve it yourself.',
    );

    await scene.slack.as(ALICE).close(scene.slack.as(ALICE).openModals().at(-1) as Modal);
    const since = scene.slack.mark();
    await scene.slack.as(BOB).click(ts, 'Deny');
    expect(await answer(BOB, since)).toBe(
      ':white_check_mark: You denied acme-kitchens-7. Nothing was changed.',
    );
    expect(plainText(await pressed(BOB, ts))).toContain(`acme-kitchens-7 was already denied by <@${BOB}>.`);
  });

  it('says that the code counts and the plan does not, if the time is over by then', async () => {
    await enrolled(BOB);
    const view = await pressed(BOB, await waiting());
    scene.clock.set(T.expires);
    const since = scene.slack.mark();

    await scene.slack.as(BOB).submit(view, { code: codeAt(T.expires) });

    expect(await answer(BOB, since)).toContain('The time to approve this plan has run out.');
    expect(await state()).toBe('awaiting-approval');
  });

  it('asks to press again if Slack was too slow for a view', async () => {
    await scene.stop();
    await scene.start({ triggerLifetimeMs: -1 });
    await enrolled(BOB);
    const ts = await waiting();
    const since = scene.slack.mark();
    await scene.slack.as(BOB).click(ts, 'Approve', { confirm: true });

    expect(await answer(BOB, since)).toBe(
      ':no_entry: Nothing was approved: Slack was too slow to let the bot ask for your code.\nPress Approve again.',
    );
    expect(await state()).toBe('awaiting-approval');
  });

  it('asks for it in the view of what is lost now as well', async () => {
    await enrolled(BOB);
    const ts = await waiting();
    scene.work = async (run) =>
      run.consent?.measuring ? scene.store.append(run, { type: 'measured', loss: [] }) : undefined;
    await scene.slack.as(BOB).click(ts, 'What is lost now');
    const view = await scene.slack.waitForModal(BOB, (one) => plainText(one).includes('[Approve]'));

    expect((await scene.slack.as(BOB).submit(view, { code: wrongCodeAt(T.decided) })).errors).toHaveProperty(
      'code',
    );
    const since = scene.slack.mark();
    await scene.slack.as(BOB).submit(view, { code: codeAt(T.decided), reason: 'rows are few' });

    await answer(BOB, since);
    const [approval] = (await scene.store.read(RUN_ID))?.consent?.approvals ?? [];
    expect(approval).toMatchObject({ factor: 'totp', reason: 'rows are few' });
  });

  it('asks for it at a stop as well', async () => {
    await enrolled(BOB);
    const events = [
      ...eventsTo('switching', PLAN),
      ...steps(['restore', 0], ['start', 0], ['healthy', 124]),
      ended('hold', 'healthy', 124, { found: hostState() }),
    ];
    const back = offers(runOf(events)).find(({ decision }) => decision.action === 'go-back');
    if (!back) throw new Error('going back is not offered');
    const { decision: recovery, digest } = back;
    const asked = [
      ...events,
      { type: 'recovery-asked', recovery, by: ALICE, digest, expiresAt: T.expires } as const,
    ];
    const run = runOf(asked);
    scene.store.put(run, asked);
    const [request] = run.history.requests;
    if (!request) throw new Error('nobody was asked');
    const view = await pressed(BOB, await posted(decisionRequest(run, WHERE, request)));

    expect(plainText(view)).toContain('*Go back: Acme Kitchens (production)*\nThe bot puts back the code');
    const since = scene.slack.mark();
    await scene.slack.as(BOB).submit(view, { code: codeAt(T.decided) });

    expect(await answer(BOB, since)).toBe(
      ':white_check_mark: acme-kitchens-7 will put the site back as it was.',
    );
    const approval = (await scene.store.read(RUN_ID))?.switched?.decision?.approval;
    expect(approval).toMatchObject({ approver: BOB, factor: 'totp' });
  });

  it('asks for it when somebody breaks the glass, and uses no code up for what was mistyped', async () => {
    await enrolled(CAROL);
    scene.slack.invite(OPS, CAROL);
    const carol = scene.slack.as(CAROL);
    const ts = await waiting();
    const since = scene.slack.mark();
    await carol.click(ts, 'Break glass …');
    const view = await scene.slack.waitForModal(CAROL, (one) => plainText(one).includes('Type'), { since });
    const typed = {
      site: 'acme-kitchens',
      'Why it cannot wait for an approver': 'nobody answers at night',
      code: codeAt(T.decided),
    };

    expect((await carol.submit(view, { ...typed, site: 'acme' })).errors).toHaveProperty('site');
    expect((await carol.submit(view, { ...typed, code: wrongCodeAt(T.decided) })).errors).toHaveProperty(
      'code',
    );
    expect(await state()).toBe('awaiting-approval');

    await carol.submit(view, typed);

    expect(await answer(CAROL, since)).toContain('You broke the glass.');
    expect(await state()).toBe('ready');
  });

  it('is not asked of whoever denies, starts or cancels', async () => {
    const ts = await waiting();
    const since = scene.slack.mark();
    await scene.slack.as(ALICE).click(ts, 'Cancel');

    expect(await answer(ALICE, since)).toBe(
      ':white_check_mark: You cancelled acme-kitchens-7. Nothing was changed.',
    );
  });
});
