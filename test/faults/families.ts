import { ATTACKS } from './families/attacks.ts';
import type { Family } from './families/family.ts';
import { drift, hostAway, killProgram, lockHeld, loginTakenAway } from './families/host.ts';
import { network } from './families/network.ts';
import {
  allAtOnce,
  approvedButLate,
  byRequester,
  bySame,
  cancel,
  expired,
  forge,
  forgeGlass,
  glassByOthers,
  secondRequest,
} from './families/people.ts';
import { clickLost, ending, killedWhilePosting, pausing, twoWorkers } from './families/processes.ts';
import { redisBehind, redisGone, redisWiped } from './families/redis.ts';
import { deleteMessages, replyLost, slackTrouble } from './families/slack.ts';

const host = (name: string, strike: Family['strike']): Family => ({ name, at: 'host', strike });
const click = (name: string, strike: Family['strike']): Family => ({ name, at: 'click', strike });

/** Every kind of fault. A seed chooses by place, so in another order it plays other trials. */
export const FAMILIES: readonly Family[] = [
  host('worker killed', ending(['worker'], 'SIGKILL')),
  host('worker stopped', ending(['worker'], 'SIGTERM')),
  host('worker paused, another takes over', pausing('worker')),
  host('two workers', twoWorkers),
  host('bot stopped', ending(['bot'], 'SIGTERM')),
  host('bot killed', ending(['bot'], 'SIGKILL')),
  host('bot paused', pausing('bot')),
  host('bot and worker killed', ending(['bot', 'worker'], 'SIGKILL')),
  host('Redis killed', redisGone),
  host('Redis lost its data', redisWiped),
  { ...host('Redis lost its last second', redisBehind), leaveMs: 20_000 },
  host(
    'Redis connections closed',
    network('redis', (proxy) => proxy.close(), 100),
  ),
  host(
    'Redis connections reset',
    network('redis', (proxy) => proxy.reset(), 100),
  ),
  host(
    'Redis silent',
    network('redis', (proxy) => proxy.blackhole(), 8_000),
  ),
  host(
    'Redis slow',
    network('redis', (proxy) => proxy.delay(300), 3_000),
  ),
  host(
    'SSH closed',
    network('ssh', (proxy) => proxy.close(), 100),
  ),
  host(
    'SSH reset',
    network('ssh', (proxy) => proxy.reset(), 100),
  ),
  host(
    'SSH silent',
    network('ssh', (proxy) => proxy.blackhole(), 10_000),
  ),
  {
    ...host('SSH silent for good', async ({ lab, release }) => {
      lab.proxies.ssh.freeze();
      release();
    }),
    silences: true,
  },
  host(
    'SSH slow',
    network('ssh', (proxy) => proxy.delay(400), 3_000),
  ),
  host(
    'SSH refused',
    network(
      'ssh',
      (proxy) => {
        proxy.refuse();
        proxy.reset();
      },
      3_000,
    ),
  ),
  host('host away', hostAway),
  host('login taken away', loginTakenAway),
  host('switch program killed', killProgram),
  host(
    'Slack connections reset',
    network('slack', (proxy) => proxy.reset(), 2_000),
  ),
  host('Slack errors', slackTrouble),
  host('Slack replies lost', replyLost),
  host('message deleted', deleteMessages),
  host('cancelled', cancel),
  host('second request', secondRequest),
  click('twenty clicks at once', allAtOnce),
  click('approved twice by one person', bySame),
  click('approved by the requester', byRequester),
  click('bot killed at the click', clickLost),
  click('bot killed as it posts', killedWhilePosting),
  click('deploy lock held', lockHeld),
  click('host changed after the plan', drift),
  click('approval forged', forge),
  { name: 'approved, begun too late', at: 'before', strike: approvedButLate },
  // requests.ts plays the fault: there is no run yet.
  { name: 'requests at once', at: 'request', strike: async () => false },
  { name: 'clicked too late', at: 'before', strike: expired },
  // attack.ts plays these.
  ...ATTACKS.map(({ name }): Family => ({ name, at: 'attack', strike: async () => false })),
  click('glass forged', forgeGlass),
  click('glass broken by somebody else', glassByOthers),
];
