import { type App, LogLevel } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import type { LocalSlack } from '../../../sandbox/slack/local-slack.ts';
import { addPage } from '../../../sandbox/slack/page/page.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { typedReason } from '../../../src/slack/answering/typed.ts';
import { FORM_CALLBACK, form } from '../../../src/slack/render/answers/form.ts';
import { surfaces } from '../../../src/slack/render/surfaces.ts';
import { given } from '../../sandbox/slack/support.ts';
import { startPatientSlack } from '../../support/fakes/patient-slack.ts';
import { runIn, runOf } from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, stakeholders } from '../../support/story/site.ts';
import { socketApp } from './support.ts';

export const DAN = 'U04DAN';
export const MIRA = 'U05MIRA';
export const OPS = 'C01OPS';
export const STATUS = 'C02STATUS';
export const LOUNGE = 'C03LOUNGE';

/** The workspace of the stories: a requester, two approvers, a person without rights, and the client's manager. */
export const acme: Site = site({
  requesters: [ALICE],
  approvers: [ALICE, BOB, CAROL],
  stakeholders: stakeholders({ channel: STATUS }),
});

export const birch: Site = site({
  slug: 'birch-bakery',
  name: 'Birch Bakery',
  domain: 'birch-bakery.example',
  environment: 'staging',
});

export interface PageWorkspace {
  readonly slack: LocalSlack;
  readonly client: WebClient;
  /** Posts every shared message of a run as the bot would. Returns the timestamps by surface. */
  readonly post: (run: Run) => Promise<ReadonlyMap<string, string>>;
  /** Edits earlier messages of a run and posts new ones. */
  readonly show: (run: Run, posted: ReadonlyMap<string, string>) => Promise<ReadonlyMap<string, string>>;
  readonly stop: () => Promise<void>;
}

export const startPageWorkspace = async (): Promise<PageWorkspace> => {
  const slack = await startPatientSlack({ teamDomain: 'northlight' });
  slack.addUser({ id: ALICE, displayName: 'Alice', realName: 'Alice Berg, developer', tz: 'Europe/Berlin' });
  slack.addUser({ id: BOB, displayName: 'Bob', realName: 'Bob Osei, operations', tz: 'Europe/London' });
  slack.addUser({
    id: CAROL,
    displayName: 'Carol',
    realName: 'Carol Diaz, operations',
    tz: 'America/New_York',
  });
  slack.addUser({ id: DAN, displayName: 'Dan', realName: 'Dan Park, design', tz: 'Asia/Seoul' });
  slack.addUser({ id: MIRA, displayName: 'Mira', realName: 'Mira Holt, Acme Kitchens', tz: 'Europe/London' });
  slack.addGroup({ id: 'S01ONCALL', handle: 'on-call', members: [BOB, CAROL] });
  slack.addChannel({ id: OPS, name: 'ops', members: [ALICE, BOB, CAROL, DAN] });
  slack.addChannel({ id: STATUS, name: 'acme-status', members: [ALICE, MIRA] });
  slack.addChannel({ id: LOUNGE, name: 'lounge', members: [ALICE, BOB], bot: false, isPrivate: true });
  addPage(slack, { sites: [acme.slug, birch.slug] });
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, logLevel: LogLevel.ERROR });
  const app = await rollbackApp(slack);
  await app.start();

  const show = async (
    run: Run,
    posted: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, string>> => {
    const known = new Map(posted);
    for (const { key, channel, thread, only, text, blocks, file } of surfaces(run, acme)) {
      if (only !== undefined) continue;
      const ts = known.get(key);
      const parent = thread === undefined ? undefined : known.get(thread);
      const said = { channel, text, blocks: [...blocks] };
      if (ts !== undefined) await client.chat.update({ ...said, ts });
      else if (file !== undefined && parent !== undefined) {
        const { name: filename, content } = file;
        await client.files.uploadV2({
          channel_id: channel,
          thread_ts: parent,
          initial_comment: text,
          filename,
          content: content([], (id) => id),
        });
      } else {
        const place = parent === undefined ? {} : { thread_ts: parent };
        known.set(key, given((await client.chat.postMessage({ ...said, ...place })).ts));
      }
    }
    return known;
  };

  return {
    slack,
    client,
    show,
    post: (run) => show(run, new Map()),
    stop: async () => {
      await app.stop();
      await slack.close();
    },
  };
};

/** Answers as the bot does, but does no work. */
const rollbackApp = async (slack: LocalSlack): Promise<App> => {
  const app = await socketApp(slack);
  app.command('/rollback', async ({ ack, command, client, respond }) => {
    await ack();
    const view = form([acme, birch], null, { channel: command.channel_id, isDirect: false });
    if (command.text === '') await client.views.open({ trigger_id: command.trigger_id, view });
    else
      await respond({
        response_type: 'ephemeral',
        text: `:no_entry: There is no site *${command.text}*.\nType \`/rollback sites\`.`,
      });
  });
  app.action('approve', async ({ ack, body, respond }) => {
    await ack();
    const own = body.user.id === ALICE;
    const said = typedReason(
      'actions' in body && body.type === 'block_actions' ? body.state?.values : undefined,
    );
    const text = own
      ? ':no_entry: You asked for this rollback, so somebody else has to approve it.\n_own-request_'
      : `:white_check_mark: Approved. It begins now.${said === undefined ? '' : ` You said: ${said}`}`;
    await respond({ response_type: 'ephemeral', replace_original: false, text });
  });
  app.view(FORM_CALLBACK, async ({ ack, view }) => {
    const version = view.state.values['version']?.['value']?.value ?? '';
    if (version === '')
      await ack({
        response_action: 'errors',
        errors: { version: 'Say which version, or choose "Database only".' },
      });
    else await ack();
  });
  return app;
};

export const waiting = (): Run => runIn('awaiting-approval');
export const succeeded = (): Run => runIn('succeeded');
export { ALICE, BOB, CAROL, runIn, runOf };
