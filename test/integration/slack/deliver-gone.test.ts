import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { plainText } from '../../../sandbox/slack/local-slack.ts';
import { createEditPace } from '../../../src/slack/client/pace.ts';
import { ended, eventsTo, runIn, runOf, steps } from '../../support/story/run.ts';
import { site, stakeholders } from '../../support/story/site.ts';
import { OPS, type Scene, STATUS, startScene } from './scene.ts';

describe('showing a run', () => {
  let scene: Scene;

  beforeEach(async () => {
    scene = await startScene();
  });

  afterEach(() => scene.close());

  it('posts a message again that someone has deleted', async () => {
    scene.run = runIn('awaiting-approval');
    await scene.show();
    const [, card] = scene.slack.messages(OPS);
    scene.slack.deleteMessage(OPS, card?.ts ?? '');
    scene.run = runIn('denied');

    await scene.show();

    expect(
      scene.slack.messages(OPS).filter((message) => plainText(message).includes('Denied by')).length,
    ).toBeGreaterThanOrEqual(1);
  });

  it('posts a deleted message again only once if two processes show the same run at the same moment', async () => {
    scene.run = runIn('switching');
    await scene.show();
    for (const { ts } of scene.slack.messages(OPS)) scene.slack.deleteMessage(OPS, ts);
    const left = scene.slack.messages(OPS).length;
    scene.run = runOf([...eventsTo('switching'), ...steps(['recheck', 0])]);

    await Promise.all([scene.show(createEditPace()), scene.show(createEditPace())]);

    const anew = scene.slack.messages(OPS).slice(left).map(plainText);
    expect(anew.filter((text) => text.startsWith('*Roll Acme Kitchens'))).toHaveLength(1);
  });

  it('posts a deleted message again only once if a second call comes late', async () => {
    scene.run = runIn('switching');
    await scene.show();
    for (const { ts } of scene.slack.messages(OPS)) scene.slack.deleteMessage(OPS, ts);
    const left = scene.slack.messages(OPS).length;
    scene.run = runOf([...eventsTo('switching'), ...steps(['recheck', 0])]);
    const claim = scene.deliveries.claim.bind(scene.deliveries);
    let open = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const held = vi.spyOn(scene.deliveries, 'claim').mockImplementationOnce(async (...of) => {
      await gate;
      return claim(...of);
    });

    const late = scene.show(createEditPace());
    await expect.poll(() => held.mock.calls.length).toBe(1);
    await scene.show(createEditPace());
    open();
    await late;

    const anew = scene.slack.messages(OPS).slice(left).map(plainText);
    expect(anew.filter((text) => text.startsWith('*Roll Acme Kitchens'))).toHaveLength(1);
  });

  it('posts the first message of a thread again before it continues in the thread', async () => {
    scene.run = runIn('switching');
    await scene.show();
    const [progress] = scene.slack.messages(OPS);
    scene.slack.deleteMessage(OPS, progress?.ts ?? '');
    scene.run = runOf([...eventsTo('switching'), ended('hold', 'restore', 3, { logTail: 'it broke' })]);

    await expect.poll(async () => (await scene.show()) === undefined, { interval: 100 }).toBe(true);

    const anew = scene.slack
      .messages(OPS)
      .find((message) => plainText(message).startsWith('*Roll Acme Kitchens'));
    expect(anew?.ts).not.toBe(progress?.ts);
    const inThread = scene.slack.thread(OPS, anew?.ts ?? '').map(plainText);
    expect(inThread).toEqual([expect.stringContaining('it broke')]);
  });

  it('reports an unreachable stakeholder channel once, and says when it accepts messages again', async () => {
    scene.run = runOf([...eventsTo('switching'), ...steps(['recheck', 0], ['stop', 0])]);
    scene.slack.changeChannel(STATUS, { isArchived: true });
    const named = () => scene.posts().filter((text) => text?.includes("stakeholders' channel"));

    await scene.settled();
    expect(await scene.show()).toEqual({ again: 30_000 });
    expect(named()).toEqual([
      `:warning: The bot can't post to the stakeholders' channel <#${STATUS}> (it is archived: name another one in the configuration). It keeps trying until a day after the run has ended. Meanwhile, tell the stakeholders yourself what they have missed.`,
    ]);

    scene.slack.changeChannel(STATUS, { isArchived: false });
    scene.slack.fail('chat.postMessage', { times: 1, status: 500 });
    await expect(scene.show()).rejects.toThrow('does not show acme-kitchens');
    expect(named()[0]).toContain("can't post to");
    await scene.settled();
    expect(named()).toEqual([
      ":information_source: The bot couldn't post to the stakeholders' channel for a while. They have all updates now.",
    ]);
    expect(scene.slack.messages(STATUS)).toHaveLength(1);
  });

  it('posts the last update in the channel that people have named instead of an archived one', async () => {
    scene.run = runOf([...eventsTo('switching'), ...steps(['recheck', 0], ['stop', 0])]);
    await scene.settled();
    scene.slack.changeChannel(STATUS, { isArchived: true });
    scene.slack.addChannel({ id: 'C03NEW', members: ['U01ALICE'] });
    scene.where = site({ channel: OPS, stakeholders: stakeholders({ channel: 'C03NEW' }) });
    scene.run = runOf([
      ...eventsTo('switching'),
      ...steps(['recheck', 0], ['stop', 0], ['put-back-answers', 0]),
      ended('put-back', 'checkout', 1),
    ]);

    await scene.settled();

    const [notice, ...more] = scene.slack.messages('C03NEW');
    expect(more.length + scene.slack.thread('C03NEW', notice?.ts ?? '').length).toBeGreaterThan(0);
    expect(scene.posts().filter((text) => text?.includes("stakeholders' channel"))).toEqual([]);
  });

  it('notices an archived channel at an edit too', async () => {
    scene.run = runOf([...eventsTo('switching'), ...steps(['recheck', 0], ['stop', 0])]);
    await scene.settled();
    scene.slack.changeChannel(STATUS, { isArchived: true });
    scene.run = runOf([
      ...eventsTo('switching'),
      ...steps(['recheck', 0], ['stop', 0], ['put-back-answers', 0]),
      ended('put-back', 'checkout', 1),
    ]);

    await scene.settled();

    expect(scene.posts().filter((text) => text?.includes("stakeholders' channel"))).toHaveLength(1);
  });

  it('tries an unreachable channel less and less often after the end, and never after a day', async () => {
    scene.run = runOf([
      ...eventsTo('switching'),
      ...steps(['recheck', 0], ['stop', 0], ['put-back-answers', 0]),
      ended('put-back', 'checkout', 1),
    ]);
    scene.slack.changeChannel(STATUS, { isArchived: true });
    const hoursLater = (hours: number) =>
      scene.clock.set(new Date(Date.parse(scene.run.end?.at ?? '') + hours * 3_600_000).toISOString());

    await scene.settled();
    hoursLater(1);
    expect(await scene.show()).toEqual({ again: 900_000 });
    hoursLater(23);
    expect(await scene.show()).toEqual({ again: 3_600_000 });
    hoursLater(25);
    expect(await scene.show()).toBeUndefined();
    scene.newest = [{ at: scene.clock.now() }];
    expect(await scene.show()).toEqual({ again: 30_000 });
  });

  it('says that a run has ended even if its site is no longer in the configuration', async () => {
    scene.run = runIn('awaiting-approval');
    await scene.show();
    scene.run = runIn('expired');
    scene.where = undefined;

    await scene.settled();

    const text =
      "*acme-kitchens-7* expired: nobody decided in time. `acme-kitchens@production` is no longer in the bot's configuration, so the bot can't show more than that here.";
    expect(scene.posts()).toEqual([text, text]);
  });

  it('says only once that a preflight was cancelled if its site is no longer in the configuration', async () => {
    scene.run = runOf([{ type: 'cancelled', by: 'U01ALICE' }]);
    await scene.settled();
    scene.where = undefined;
    await scene.settled();

    expect(scene.slack.as('U01ALICE').ephemerals(OPS).map(plainText)).toEqual([
      ':no_entry: acme-kitchens-7 was cancelled. Nothing was changed.',
    ]);
  });

  it('gives up a day after the end if neither site nor channel exist any more', async () => {
    scene.run = runIn('awaiting-approval');
    await scene.settled();
    scene.run = runIn('expired');
    scene.where = undefined;
    scene.slack.changeChannel(OPS, { isArchived: true });

    await expect(scene.show()).rejects.toThrow('does not show acme-kitchens');
    scene.clock.set(new Date(Date.parse(scene.run.end?.at ?? '') + 25 * 3_600_000).toISOString());
    expect(await scene.show(createEditPace())).toBeUndefined();
  });

  it('leaves an open run as it is while its site is not in the configuration', async () => {
    scene.run = runIn('awaiting-approval');
    await scene.show();
    const before = scene.posts();
    scene.run = runIn('switching');
    scene.where = undefined;

    expect(await scene.show()).toBeUndefined();
    expect(scene.posts()).toEqual(before);
  });
});
