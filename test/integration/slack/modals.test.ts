import type { App } from '@slack/bolt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LocalSlack, type Modal, plainText } from '../../../sandbox/slack/local-slack.ts';
import { given, startTeam } from '../../sandbox/slack/support.ts';
import { PATIENCE_MS } from '../../support/fakes/patient-slack.ts';
import { plain, socketApp } from './support.ts';

let slack: LocalSlack;
let app: App;

const option = (name: string) => ({ text: plain(name), value: name.toLowerCase() });
const form = {
  type: 'modal' as const,
  callback_id: 'form',
  private_metadata: 'from C01OPS',
  notify_on_close: true,
  title: plain('Roll back'),
  submit: plain('Next'),
  blocks: [
    {
      type: 'input' as const,
      block_id: 'version',
      label: plain('Version'),
      element: { type: 'plain_text_input' as const, action_id: 'text', max_length: 20 },
    },
    {
      type: 'input' as const,
      block_id: 'mode',
      optional: true,
      label: plain('Mode'),
      element: {
        type: 'radio_buttons' as const,
        action_id: 'radio',
        options: [option('Full'), option('Code-only')],
      },
    },
    {
      type: 'input' as const,
      block_id: 'who',
      optional: true,
      label: plain('Who helps'),
      element: { type: 'users_select' as const, action_id: 'user' },
    },
    {
      type: 'input' as const,
      block_id: 'ticks',
      optional: true,
      label: plain('Also'),
      element: { type: 'checkboxes' as const, action_id: 'boxes', options: [option('Tell'), option('Log')] },
    },
  ],
};
const loading = { ...form, blocks: [{ type: 'section' as const, text: plain('Looking…') }] };

beforeEach(async () => {
  slack = await startTeam();
  app = await socketApp(slack);
  app.command('/rollback', async ({ ack, client, command }) => {
    await ack();
    await client.views.open({ trigger_id: command.trigger_id, view: form });
  });
});

afterEach(async () => {
  await app.stop();
  await slack.close();
});

const openForm = async (): Promise<Modal> => {
  await app.start();
  await slack.as('U01ALICE').command('C01OPS', '/rollback');
  return slack.waitForModal('U01ALICE', () => true);
};

test('a submission contains the entries, found by label, and an empty ack closes the modal', async () => {
  let seen: unknown;
  app.view('form', async ({ ack, body }) => {
    seen = body;
    await ack();
  });
  const modal = await openForm();
  const alice = slack.as('U01ALICE');

  const sent = await alice.submit(modal, {
    Version: 'v0.5.0',
    Mode: 'Code-only',
    'Who helps': 'U02BOB',
    Also: ['Log'],
  });

  expect(sent).toMatchObject({ ok: true, sent: true, errors: {} });
  expect(seen).toMatchObject({
    type: 'view_submission',
    user: { id: 'U01ALICE', team_id: slack.teamId },
    view: {
      id: modal.id,
      callback_id: 'form',
      private_metadata: 'from C01OPS',
      state: {
        values: {
          version: { text: { type: 'plain_text_input', value: 'v0.5.0' } },
          mode: { radio: { type: 'radio_buttons', selected_option: { value: 'code-only' } } },
          who: { user: { type: 'users_select', selected_user: 'U02BOB' } },
          ticks: { boxes: { type: 'checkboxes', selected_options: [{ value: 'log' }] } },
        },
      },
    },
  });
  expect(alice.openModals()).toEqual([]);
});

test('a submission that Slack’s own client holds back never reaches the app', async () => {
  const modal = await openForm();
  const alice = slack.as('U01ALICE');

  expect(await alice.submit(modal)).toMatchObject({
    sent: false,
    errors: { version: 'Please complete this required field.' },
  });
  expect(await alice.submit(modal, { Version: 'x'.repeat(21) })).toMatchObject({
    sent: false,
    errors: { version: 'This must be at most 20 characters.' },
  });
  expect(
    slack.transcript().filter((event) => event.type === 'delivery' && event.kind === 'view_submission'),
  ).toEqual([]);
});

test('errors from the app appear under their inputs, and entries stay', async () => {
  const versions: unknown[] = [];
  app.view('form', async ({ ack, view }) => {
    const version = view.state.values['version']?.['text']?.value;
    versions.push(version);
    if (version === 'v9') await ack({ response_action: 'errors', errors: { version: 'There is no v9.' } });
    else await ack();
  });
  const modal = await openForm();
  const alice = slack.as('U01ALICE');

  expect(await alice.submit(modal, { Version: 'v9', Mode: 'Full' })).toMatchObject({
    ok: true,
    errors: { version: 'There is no v9.' },
  });
  const [open] = alice.openModals();
  expect(plainText(given(open))).toContain('Version\nThere is no v9.');
  await alice.submit(modal, { Version: 'v0.5.0' });
  expect(versions).toEqual(['v9', 'v0.5.0']);
});

test('an answer may update, push and clear', async () => {
  const title = (text: string) => ({ ...form, callback_id: text, title: plain(text) });
  app.view('form', async ({ ack }) => ack({ response_action: 'update', view: title('second') }));
  app.view('second', async ({ ack }) => ack({ response_action: 'push', view: title('third') }));
  app.view('third', async ({ ack }) => ack({ response_action: 'clear' }));
  const { id } = await openForm();
  const alice = slack.as('U01ALICE');
  const titles = () => alice.openModals().map((modal) => plainText(modal).split('\n')[0]);

  await alice.submit(id, { Version: 'v1' });
  expect(titles()).toEqual(['second']);
  await alice.submit(id, { Version: 'v1' });
  expect(titles()).toEqual(['second', 'third']);
  await expect(alice.submit(id)).rejects.toThrow('is covered by another');
  await alice.submit(given(alice.openModals()[1]), { Version: 'v1' });
  expect(titles()).toEqual([]);
});

test('errors for something that is no input are a violation', async () => {
  app.view('form', async ({ ack }) => ack({ response_action: 'errors', errors: { elsewhere: 'no' } }));
  const modal = await openForm();
  const alice = slack.as('U01ALICE');
  await alice.submit(modal, { Version: 'v1' });

  expect(alice.openModals()).toHaveLength(1);
  expect(alice.notices()).toEqual(['We had some trouble connecting. Try again?']);
  expect(slack.violations).toMatchObject([
    { error: 'invalid_response_action', messages: ['[ERROR] not the block_id of an input block: elsewhere'] },
  ]);
});

test('a view can be opened at once and filled later, but not with an outdated hash or after it was closed', async () => {
  const { client } = app;
  app.view({ callback_id: 'form', type: 'view_closed' }, async ({ ack }) => ack());
  const modal = await openForm();
  const update = (args: object) => client.views.update({ view_id: modal.id, view: loading, ...args });

  await update({ hash: modal.hash });
  expect((await slack.waitForModal('U01ALICE', (shown) => plainText(shown).includes('Looking…'))).id).toBe(
    modal.id,
  );
  await expect(update({ hash: modal.hash })).rejects.toThrow('hash_conflict');
  await slack.as('U01ALICE').close(modal);
  await expect(update({})).rejects.toThrow('not_found');
});

test('closing tells the app if the view asked for that', async () => {
  const closed: boolean[] = [];
  app.view({ callback_id: 'form', type: 'view_closed' }, async ({ ack, body }) => {
    closed.push('is_cleared' in body && body.is_cleared);
    await ack();
  });
  await slack.as('U01ALICE').close(await openForm());

  expect(closed).toEqual([false]);
});

test('a real trigger opens one modal within three seconds', async () => {
  const triggers: string[] = [];
  app.command('/other', async ({ ack, command }) => {
    triggers.push(command.trigger_id);
    await ack();
  });
  await app.start();
  const open = (trigger_id: string, view: typeof form = form) => app.client.views.open({ trigger_id, view });
  const trigger = async () => (await slack.as('U01ALICE').command('C01OPS', '/other')).triggerId;

  const first = await trigger();
  expect(triggers).toEqual([first]);
  await expect(open(first, { ...form, title: plain('x'.repeat(25)) })).rejects.toThrow('invalid_arguments');
  await open(first);
  await expect(open(first)).rejects.toThrow('exchanged_trigger_id');
  const stale = await trigger();
  slack.advance(PATIENCE_MS + 1);
  await expect(open(stale)).rejects.toThrow('expired_trigger_id');
  await expect(open('1.2.nonsense')).rejects.toThrow('invalid_trigger_id');
});

test('a choice inside a modal reaches the app with the state so far', async () => {
  let seen: unknown;
  app.action('pick', async ({ ack, body }) => {
    seen = body;
    await ack();
  });
  app.command('/pick', async ({ ack, client, command }) => {
    await ack();
    const accessory = {
      type: 'static_select' as const,
      action_id: 'pick',
      options: [option('Mon'), option('Tue')],
    };
    await client.views.open({
      trigger_id: command.trigger_id,
      view: { ...form, blocks: [{ type: 'section', block_id: 'day', text: plain('Day'), accessory }] },
    });
  });
  await app.start();
  const alice = slack.as('U01ALICE');
  await alice.command('C01OPS', '/pick');
  const modal = await slack.waitForModal('U01ALICE', () => true);

  await alice.select(modal, 'Day', 'Tue');

  expect(seen).toMatchObject({
    type: 'block_actions',
    container: { type: 'view', view_id: modal.id },
    view: { id: modal.id, state: { values: { day: { pick: { selected_option: { value: 'tue' } } } } } },
    actions: [{ action_id: 'pick', selected_option: { value: 'tue' } }],
  });
});
