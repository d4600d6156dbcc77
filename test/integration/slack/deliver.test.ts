import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { plainText } from '../../../sandbox/slack/local-slack.ts';
import { createEditPace } from '../../../src/slack/client/pace.ts';
import { decided, ended, eventsTo, plan, runIn, runOf, steps } from '../../support/story/run.ts';
import { request, T } from '../../support/story/site.ts';
import { OPS, type Scene, STATUS, startScene } from './scene.ts';

describe('showing a run', () => {
  let scene: Scene;

  beforeEach(async () => {
    scene = await startScene();
  });

  afterEach(() => scene.close());

  it('tells the requester once that no worker has picked up the run for half a minute', async () => {
    scene.run = runIn('planning');
    const word = `:hourglass: No worker has picked up ${scene.run.id} yet. Check that one is running (\`rollback-bot worker\`). Nothing was changed.`;
    const told = () =>
      scene.slack
        .as('U01ALICE')
        .ephemerals(OPS)
        .filter((message) => plainText(message).includes('No worker'));

    expect(await scene.show()).toEqual({ again: 30_000 });
    expect(told()).toEqual([]);
    scene.clock.set(new Date(Date.parse(T.planned) + 30_000).toISOString());
    await scene.show();
    await scene.show();
    expect(told().map((message) => plainText(message))).toEqual([word]);
  });

  it('posts each message once, however often it is called', async () => {
    scene.run = runIn('awaiting-approval');
    await scene.show();
    await scene.show();

    expect(scene.posts()).toEqual([
      '*Roll Acme Kitchens (production) back to v0.5.0*',
      'Roll Acme Kitchens (production) back to v0.5.0?',
    ]);
    expect(scene.slack.violations).toEqual([]);
  });

  it('posts each message once if two processes show the same run at the same moment', async () => {
    scene.run = runIn('awaiting-approval');

    const said = await Promise.all([scene.show(), scene.show()]);

    expect(scene.posts()).toHaveLength(2);
    expect(said.some((one) => one?.again !== undefined)).toBe(true);
    await scene.show();
    expect(scene.posts()).toHaveLength(2);
  });

  it('posts the last update to stakeholders in the channel too, and the others only in the thread', async () => {
    const down = [...eventsTo('switching'), ...steps(['recheck', 0], ['stop', 0])];
    scene.run = runOf([
      ...down,
      { type: 'word-given', kind: 'still-working' },
      ...steps(['put-back-answers', 0]),
      ended('put-back', 'checkout', 1),
    ]);

    await scene.show();

    const [notice] = scene.slack.messages(STATUS);
    expect(scene.slack.thread(STATUS, notice?.ts ?? '').map(({ alsoInChannel }) => alsoInChannel)).toEqual([
      false,
      true,
    ]);
    expect(scene.slack.messages(STATUS)).toHaveLength(2);
    expect(scene.slack.violations).toEqual([]);
  });

  describe('by a call that was delayed while a later one has shown the end', () => {
    /** As the worker does: calls again until no other call is due. */
    const settle = async (first: Promise<{ again: number } | undefined>): Promise<void> => {
      while ((await first) !== undefined) return settle(scene.show(createEditPace()));
    };
    const lastWord = () =>
      scene.slack
        .messages(OPS)
        .map((message) => plainText(message))
        .find((text) => text.startsWith('*Roll Acme Kitchens'));

    beforeEach(async () => {
      scene.run = runIn('switching');
      await scene.show();
      scene.run = runIn('verifying');
    });

    it.each<[string, (gate: Promise<void>) => void]>([
      [
        'on its way to Slack',
        (gate) => {
          const update = scene.client.chat.update.bind(scene.client.chat);
          vi.spyOn(scene.client.chat, 'update').mockImplementationOnce(async (message) => {
            await gate;
            return update(message);
          });
        },
      ],
      [
        'after it had read the record',
        (gate) => {
          const read = scene.deliveries.read.bind(scene.deliveries);
          vi.spyOn(scene.deliveries, 'read').mockImplementationOnce(async (id) => {
            await gate;
            return read(id);
          });
        },
      ],
    ])('%s, stays at the end', async (_, holdUp) => {
      let open = () => {};
      holdUp(new Promise((resolve) => (open = resolve)));
      const first = scene.show(createEditPace());
      await new Promise((resolve) => setImmediate(resolve));
      scene.run = runIn('succeeded');
      const second = await scene.show(createEditPace());
      open();

      await settle(first);
      if (second !== undefined) await settle(scene.show(createEditPace()));

      expect(lastWord()).toContain('Done');
    });
  });

  it('calls nobody for a decision that was made while the message was on its way', async () => {
    const stopped = [...eventsTo('switching'), ended('hold', 'restore', 3)];
    scene.run = runOf(stopped);
    await scene.show();
    scene.run = runOf([...stopped, { type: 'paged', webhook: 'none' }]);
    const read = scene.deliveries.read.bind(scene.deliveries);
    let open = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    vi.spyOn(scene.deliveries, 'read').mockImplementationOnce(async (id) => {
      await gate;
      return read(id);
    });
    const before = scene.posts().length;

    const late = scene.show(createEditPace());
    await new Promise((resolve) => setImmediate(resolve));
    scene.run = runOf([
      ...stopped,
      { type: 'paged', webhook: 'none' },
      decided({ action: 'retry', step: 'restore', attempt: 2 }),
    ]);
    open();
    await late;

    expect(scene.posts().slice(before)).toEqual([]);
  });

  describe('a refusal of a command that was typed in a channel without the bot', () => {
    beforeEach(() => {
      scene.slack.addChannel({ id: 'C07ELSEWHERE', members: ['U01ALICE', 'U03CAROL'], bot: false });
    });
    const refused = (requester: string) =>
      runIn('refused', plan(), request({ channel: 'C07ELSEWHERE', requester }));
    const REFUSED = ':no_entry: Files were changed.\nLook at them.\n_dirty-tree_';

    it('is shown to the requester in the channel of the site', async () => {
      scene.run = refused('U01ALICE');
      await scene.show();

      expect(scene.slack.as('U01ALICE').ephemerals(OPS).map(plainText)).toEqual([REFUSED]);
      expect(scene.slack.messages(scene.slack.direct('U01ALICE').id)).toEqual([]);
    });

    it('is a direct message if the requester is not in that channel either', async () => {
      scene.run = refused('U03CAROL');
      await scene.show();

      expect(scene.slack.messages(scene.slack.direct('U03CAROL').id).map(plainText)).toEqual([REFUSED]);
    });
  });
});
