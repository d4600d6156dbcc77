import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, type Mock, test, vi } from 'vitest';
import { type LocalSlack, plainText } from '../../../sandbox/slack/local-slack.ts';
import { checkCode } from '../../../src/app/factor/check-code.ts';
import type { Factors } from '../../../src/app/ports/factors.ts';
import {
  runFactorEnrol,
  runFactorInvite,
  runFactorList,
  runFactorRemove,
} from '../../../src/entry/factor/factor-command.ts';
import { createFactorSeals } from '../../../src/entry/parts/factor-seals.ts';
import { systemClock } from '../../../src/entry/parts/setup.ts';
import { createFactors } from '../../../src/store/factors.ts';
import { storeKeys } from '../../../src/store/keys.ts';
import { openStoreRedis, type RedisLink } from '../../../src/store/redis.ts';
import { totp } from '../../../src/totp/totp.ts';
import { startTeam } from '../../sandbox/slack/support.ts';
import { codeAt } from '../../support/fakes/factors.ts';
import { startRedis, type TestRedis } from '../../support/redis/redis.ts';
import { openTerminal, type Printed, SECRET, type Terminal } from './terminal.ts';

const CONFIGURATION = `defaults:
  requesters: [U01ALICE]
  approvers: [U01ALICE, S01ONCALL]
  approval: { factor: totp }
sites:
  - slug: acme-kitchens
    domain: acme-kitchens.example
    host: { address: 10.0.0.5 }
    channel: C01OPS
`;
const BOB = 'U02BOB';

let server: TestRedis;
let link: RedisLink;
let factors: Factors;
let terminal: Terminal;
let slack: LocalSlack;

beforeAll(async () => {
  server = await startRedis();
  link = openStoreRedis(server.url);
  terminal = await openTerminal(CONFIGURATION);
});

afterAll(async () => {
  await terminal.stop();
  await link.close();
  await server.stop();
});

beforeEach(async () => {
  factors = createFactors(link, createFactorSeals({ secret: SECRET, alsoAccepted: [] }));
  slack = await startTeam();
  await link.redis.del(storeKeys().factors, storeKeys().invitation(BOB));
});

afterEach(() => slack.close());

const withSlack = () => ({
  SLACK_BOT_TOKEN: slack.botToken,
  SLACK_APP_TOKEN: slack.appToken,
  SLACK_API_URL: slack.apiUrl,
});

function run(
  command: () => Promise<void>,
  more: Readonly<Record<string, string>> = withSlack(),
): Promise<Printed> {
  return terminal.run(command, { REDIS_URL: server.url, APPROVAL_SECRET: SECRET, ...more });
}

/** What the person reads off the screen, while the command runs. */
function secretOnScreen(): string {
  const { write } = process.stdout as unknown as { readonly write: Mock<(text: string) => boolean> };
  return /^ {2}([A-Z2-7]{32})$/m.exec(write.mock.calls.flat().join(''))?.[1] ?? '';
}

const phone = async () => codeAt(systemClock.now(), 0, secretOnScreen());

const toldTo = (person: string): string => slack.messages(slack.direct(person).id).map(plainText).join('\n');

describe('factor enrol', () => {
  test('shows the key and its picture, takes the first code, and tells the approvers of the same sites', async () => {
    let secret = '';
    const { code, stdout, stderr } = await run(() =>
      runFactorEnrol(BOB, async () => {
        secret = secretOnScreen();
        return phone();
      }),
    );

    expect(code).toBe(0);
    expect(stdout).toContain(`otpauth://totp/rollback-bot:${BOB}?issuer=rollback-bot&secret=${secret}&`);
    expect(stdout).toMatch(/[█▀▄]{10}/);
    expect(stdout).toContain('U02BOB is enrolled.\nTold in Slack: U02BOB, U01ALICE.\n');
    for (const person of ['U01ALICE', BOB])
      expect(toldTo(person)).toMatch(
        new RegExp(
          `^:key: <@${BOB}> has a second factor for approvals from now on, set up by \`\\S+@\\S+\`, in the terminal`,
        ),
      );
    expect(JSON.parse(stderr)).toMatchObject({
      level: 'warn',
      audit: 'second factor',
      person: BOB,
      msg: 'second factor: set up in the terminal',
    });
    expect(stderr).not.toContain(secret);
    expect(toldTo('U01ALICE')).not.toContain(secret);
    expect(
      await checkCode({ factors, totp, clock: systemClock }, BOB, codeAt(systemClock.now(), 1, secret)),
    ).toMatchObject({ kind: 'accepted' });
  });

  test('stores nothing without a right code', async () => {
    const asking = vi.fn<() => Promise<string>>(async () => '12345');
    const { code, stderr } = await run(() => runFactorEnrol(BOB, asking));

    expect(code).toBe(1);
    expect(stderr).toBe('Nothing was stored.\n');
    expect(asking).toHaveBeenCalledTimes(3);
    expect(await factors.read(BOB)).toBeNull();
  });

  test('replaces nothing', async () => {
    await run(() => runFactorEnrol(BOB, phone));

    expect((await run(() => runFactorEnrol(BOB, phone))).stderr).toBe(
      "U02BOB has a second factor already, or one that can't be read. To replace it: rollback-bot factor remove U02BOB\n",
    );
  });

  test('says so if nobody could be told in Slack', async () => {
    const { stdout } = await run(() => runFactorEnrol(BOB, phone), {});

    expect(stdout).toContain(
      'U02BOB is enrolled.\nSLACK_BOT_TOKEN is not set, so nobody was told in Slack. Tell the other approvers yourself.\n',
    );
  });
});

describe('factor invite, list and remove', () => {
  test('gives a word for Slack, once, and tells the approvers', async () => {
    const { code, stdout } = await run(() => runFactorInvite(BOB));
    const word = /: ([A-Z2-9]{4}-[A-Z2-9]{4})\n/.exec(stdout)?.[1];

    expect(code).toBe(0);
    expect(word).toBeDefined();
    expect((await factors.invitation(BOB))?.value.word).toBe(word);
    expect(toldTo('U01ALICE')).toContain(`:envelope: <@${BOB}> was invited by`);
    expect(toldTo('U01ALICE')).not.toContain(word);
  });

  test('lists who has one, and takes one away', async () => {
    expect((await run(() => runFactorList())).stdout).toBe(
      'Nobody has a second factor. To set one up: rollback-bot factor invite <user id>\n',
    );
    await run(() => runFactorEnrol(BOB, phone));
    await link.redis.hset(storeKeys().factors, 'U03CAROL', 'x');

    expect((await run(() => runFactorList())).stdout).toMatch(
      /^U02BOB {2}enrolled since \S+ \S+ UTC\nU03CAROL {2}can't be read: /,
    );

    const { stdout } = await run(() => runFactorRemove(BOB));
    expect(stdout).toContain(
      'The second factor of U02BOB is removed. To set up a new one: rollback-bot factor invite U02BOB\nTold in Slack: U02BOB, U01ALICE.\n',
    );
    expect(toldTo('U01ALICE')).toContain(`:warning: The second factor of <@${BOB}> was removed by`);
    expect((await run(() => runFactorList())).stdout).toMatch(/^U02BOB {2}removed /);
    expect((await run(() => runFactorRemove(BOB))).stderr).toBe('U02BOB has no second factor.\n');
  });

  test.each(['bob', '@bob', 'S01ONCALL', '', 'U02BOB; x'])('takes no %j for a person', async (person) => {
    for (const command of [runFactorEnrol, runFactorInvite, runFactorRemove])
      expect((await run(() => command(person))).stderr).toBe(
        'This is no Slack user id. In Slack: the person\'s profile, "Copy member ID". It begins with U or W.\n',
      );
  });
});
