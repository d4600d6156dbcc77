import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isHostSilent } from '../../src/domain/run/host-silence.ts';
import { isTerminal, type Run } from '../../src/domain/run/run.ts';
import { storeKeys } from '../../src/store/keys.ts';
import { pick } from './chance.ts';
import type { Child, Half } from './child.ts';
import { ALICE, BOB, CAROL, type Lab, OPS } from './lab.ts';
import type { Press } from './people.ts';

/** A trial from the point of view of its fault. */
export interface Scene {
  readonly lab: Lab;
  readonly run: string;
  readonly random: () => number;
  readonly press: Press;
  /** Lets the program on the host continue from the moment at which it is held. */
  readonly release: () => void;
  /**
   * From now on the program on the host may only begin steps that put back. If it is not held, it may have checked for a
   * cancel a moment before: then it may still begin `underWay` steps.
   */
  readonly noMoreSteps: (underWay: number) => void;
  /** Registers what must be undone at the end of the trial, whatever happens. */
  readonly afterwards: (undo: () => Promise<void> | void) => void;
}

export interface Family {
  readonly name: string;
  /** `host`: at a gate of the host's programs. `click`: in place of the Approve or Start. `before`: before it. `request`: there is no run yet. */
  readonly at: 'host' | 'click' | 'before' | 'request';
  /** The connection goes silent and never ends. The trial measures how soon that is noticed. */
  readonly silences?: boolean;
  /** The card asks again for a decision that people have made. They ignore it for so many milliseconds. */
  readonly leaveMs?: number;
  /** False if the fault could not happen in this run, so the trial does not count. Errors: something that must never happen. */
  readonly strike: (scene: Scene) => Promise<unknown>;
}

/** Random milliseconds in about this range. */
const between = ({ random }: Scene, from: number, to: number) => sleep(from + random() * (to - from));

const running = (lab: Lab, half: Half): readonly Child[] =>
  lab.children.filter((child) => child.half === half && child.running());

/** Errors: if one that was asked to stop did not stop in time and in order. */
async function endAll(lab: Lab, halves: readonly Half[], signal: NodeJS.Signals): Promise<void> {
  const children = halves.flatMap((half) => running(lab, half));
  const codes = await Promise.all(children.map((child) => child.end(signal)));
  if (signal === 'SIGTERM' && codes.some((code) => code !== 0))
    throw new Error(`${halves.join(' and ')} stopped with ${codes.join(' and ')}`);
}

function ending(halves: readonly Half[], signal: NodeJS.Signals) {
  return async (scene: Scene) => {
    const { lab, random, release } = scene;
    const early = random() < 0.5;
    const ended = endAll(lab, halves, signal);
    if (early) release();
    await ended;
    await between(scene, 0, 1_000);
    await Promise.all(halves.map((half) => lab.start(half)));
    release();
  };
}

function pausing(half: Half) {
  return async (scene: Scene) => {
    const { lab, release, afterwards } = scene;
    const paused = running(lab, half);
    afterwards(() => {
      for (const child of paused) child.signal('SIGCONT');
    });
    for (const child of paused) child.signal('SIGSTOP');
    const second = lab.start(half);
    await between(scene, 0, 2_500);
    release();
    await second;
    await between(scene, 500, 2_500);
    for (const child of paused) child.signal('SIGCONT');
  };
}

function network(which: keyof Lab['proxies'], what: (proxy: Lab['proxies']['ssh']) => void, longest: number) {
  return async (scene: Scene) => {
    const { lab, release } = scene;
    what(lab.proxies[which]);
    if (which === 'slack') lab.slack.cutSockets();
    if (scene.random() < 0.7) release();
    await between(scene, 0, longest);
    await lab.proxies[which].heal();
    release();
  };
}

const SLACK_FAULTS = [
  { rateLimitSeconds: 1 },
  { status: 500 },
  { status: 503, delayMs: 500 },
  { delayMs: 6_000 },
  { error: 'internal_error' },
];

async function slackTrouble({ lab, random, release }: Scene): Promise<void> {
  const fault = pick(random, SLACK_FAULTS);
  const calls = ['chat.postMessage', 'chat.update', '*'];
  lab.slack.fail(pick(random, calls), { ...fault, times: 1 + Math.floor(random() * 3) });
  release();
}

async function deleteMessages({ lab, run, random, release }: Scene): Promise<void> {
  const shown = lab.slack.messages(OPS).filter((message) => JSON.stringify(message.blocks).includes(run));
  if (shown.length > 0) lab.slack.deleteMessage(OPS, pick(random, shown).ts);
  release();
}

async function killProgram({ lab, release }: Scene): Promise<boolean> {
  const killed = lab.host.killPrograms();
  release();
  return killed > 0;
}

async function cancel({ lab, run, press, random, release, noMoreSteps }: Scene): Promise<void> {
  const cancelled = press.type(ALICE, `/rollback cancel ${run}`);
  const goesOn = random() < 0.3;
  if (goesOn) release();
  await cancelled;
  // The host is told within a second. Half of the trials let it continue before that.
  const turns = random() < 0.5 ? 100 : 0;
  for (let turn = 0; turn < turns; turn += 1) {
    const now = await lab.store.read(run);
    const folder = (now?.switched?.attempt ?? 1) === 1 ? '' : `attempt-${now?.switched?.attempt}/`;
    if (existsSync(lab.host.runFile(run, `${folder}cancel`))) {
      noMoreSteps(goesOn ? 1 : 0);
      break;
    }
    await sleep(20);
  }
  release();
}

/** The bot dies while the answer to a post is on its way, so it can't know whether the message was posted. */
async function killedWhilePosting({ lab, random, press }: Scene): Promise<void> {
  let left = 1 + Math.floor(random() * 4);
  let disarm = () => {};
  const posted = new Promise<void>((resolve) => {
    disarm = lab.slack.onEvent(({ type }) => {
      left -= type === 'message' || type === 'edit' ? 1 : 0;
      if (left > 0) return;
      for (const child of running(lab, 'bot')) child.signal('SIGKILL');
      resolve();
    });
  });
  await press.decide();
  await Promise.race([posted, sleep(5_000)]);
  // Otherwise the next bot would die of it at its first post too, and nobody would start another.
  disarm();
  await endAll(lab, ['bot'], 'SIGKILL');
  await lab.start('bot');
}

async function replyLost({ lab, random, release }: Scene): Promise<void> {
  lab.slack.fail(pick(random, ['chat.postMessage', 'chat.update', '*']), { dropReply: true, times: 2 });
  release();
}

async function allAtOnce({ press, random }: Scene): Promise<void> {
  const clicks: (readonly [string, string])[] = [];
  for (let count = 0; count < 20; count += 1)
    clicks.push([pick(random, [ALICE, BOB, CAROL]), pick(random, ['Approve', 'Start', 'Deny', 'Cancel'])]);
  await Promise.all(clicks.map(([person, label]) => press.button(person, label)));
}

async function bySame({ press }: Scene): Promise<void> {
  await Promise.all([press.button(BOB, 'Approve'), press.button(BOB, 'Approve'), press.button(BOB, 'Start')]);
}

async function byRequester({ lab, run, press }: Scene): Promise<boolean> {
  if (!(await press.button(ALICE, 'Approve'))) return false;
  const now = await lab.store.read(run);
  if (now?.state !== 'awaiting-approval') throw new Error(`the requester's own click made it ${now?.state}`);
  return true;
}

/** The bot dies while a click is on its way. The person presses again. */
async function clickLost({ lab, press }: Scene): Promise<void> {
  const clicked = press.decide();
  await endAll(lab, ['bot'], 'SIGKILL');
  await clicked;
  await lab.start('bot');
}

async function lockHeld(scene: Scene): Promise<void> {
  const holder = spawn(
    'flock',
    ['-x', join(scene.lab.host.root, 'deploy.lock'), 'sh', '-c', 'echo held; read x'],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  const exited = once(holder, 'exit');
  scene.afterwards(async () => {
    holder.stdin.end();
    await exited;
  });
  await once(holder.stdout, 'data');
  await scene.press.decide();
  await over(scene, 10_000);
}

/** Waits until the run has ended or people must decide, and returns it. */
async function over({ lab, run }: Scene, withinMs: number): Promise<Run | null> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const now = await lab.store.read(run);
    if (now === null || isTerminal(now.state) || now.state === 'needs-decision' || Date.now() > deadline)
      return now;
    await sleep(50);
  }
}

/** The host stays silent until people are called. In half of the trials, someone ends the run before it answers again. */
async function hostAway(scene: Scene): Promise<boolean> {
  const { lab, random, press, release } = scene;
  const { ssh } = lab.proxies;
  if (random() < 0.3) ssh.blackhole();
  else {
    ssh.refuse();
    ssh.reset();
  }
  if (random() < 0.7) release();
  const now = await over(scene, 60_000);
  const isCalled = now !== null && isHostSilent(now);
  if (isCalled && random() < 0.5)
    await press.button(ALICE, pick(random, ['Take over by hand', 'Stop here', 'Cancel']));
  await ssh.heal();
  release();
  return isCalled;
}

/** What was approved is no longer in place. */
async function drift({ lab, run, random, press }: Scene): Promise<void> {
  const { host } = lab;
  const changes: readonly (() => void)[] = [
    () => writeFileSync(join(host.root, 'app', 'VERSION'), 'changed by hand'),
    () => writeFileSync(host.runFile(run, 'restore.sql.gz'), 'another backup'),
    () => appendFileSync(join(host.state, 'database'), 'website.0004_by_hand\n'),
    () => writeFileSync(join(host.root, 'app', 'by-hand.txt'), 'new'),
  ];
  pick(random, changes)();
  await press.decide();
}

/** Writes an approval that nobody gave, or a plan that nobody saw, straight into the record. */
async function forge({ lab, run: id, random }: Scene): Promise<boolean> {
  const run = await lab.store.read(id);
  const { plan } = run ?? {};
  if (run === null || plan == null) throw new Error('there is no plan to forge an approval for');
  const at = new Date().toISOString();
  const approval = {
    run: id,
    digest: plan.digest,
    approver: random() < 0.5 ? BOB : ALICE,
    requester: ALICE,
    at,
    expiresAt: run.consent?.expiresAt ?? at,
    signature: 'f'.repeat(64),
  };
  if (run.state !== 'awaiting-approval') return false;
  await lab.store.append(run, { type: 'approved', approval });
  await lab.wakeups.advance(id);
  return true;
}

/** Approved in time, but the worker only comes back when the time is over. */
async function approvedButLate({ lab, run, press }: Scene): Promise<void> {
  await endAll(lab, ['worker'], 'SIGKILL');
  await press.decide();
  const now = await lab.store.read(run);
  await sleep(Math.max(0, Date.parse(now?.consent?.expiresAt ?? '') - Date.now() + 20));
  await lab.start('worker');
}

async function expired({ lab, run, press }: Scene): Promise<void> {
  const now = await lab.store.read(run);
  await sleep(Math.max(0, Date.parse(now?.consent?.expiresAt ?? '') - Date.now() + 20));
  await press.decide();
}

/** Takes the key away that the worker needs for each new connection. */
async function loginTakenAway(scene: Scene): Promise<void> {
  const { lab, release, afterwards } = scene;
  const away = `${lab.key}.away`;
  const back = () => {
    if (existsSync(away)) renameSync(away, lab.key);
  };
  afterwards(back);
  renameSync(lab.key, away);
  lab.proxies.ssh.reset();
  if (scene.random() < 0.7) release();
  await between(scene, 0, 8_000);
  back();
  release();
}

async function redisGone(scene: Scene): Promise<void> {
  await scene.lab.redis.kill();
  if (scene.random() < 0.7) scene.release();
  await between(scene, 0, 3_000);
  await scene.lab.redis.restart();
  scene.release();
}

/** The record is gone. A worker that starts then, or notices that while it runs, finds the run on its host. */
async function redisWiped(scene: Scene): Promise<void> {
  const { lab, run, random, release } = scene;
  const dies = random() < 0.5;
  if (dies) await endAll(lab, ['worker'], 'SIGKILL');
  await lab.link.redis.flushall();
  await lab.store.skipNumbers(lab.site.slug, Number(run.split('-').at(-1)));
  if (dies) await lab.start('worker');
  // The worker picks the run up from its host while the step continues whose beginning the lost record had.
  if (random() < 0.5) await between(scene, 0, 4_000);
  release();
}

/** The record lacks the last second before the power of its server failed: according to it, nobody has decided yet. */
async function redisBehind({ lab, run, release }: Scene): Promise<boolean> {
  const events = await lab.store.events(run);
  // People may then decide again, and differently, before anyone has asked the host.
  if (events.some(({ event }) => event.type === 'recovery-begun')) return false;
  const decided = events.findIndex(({ event }) => event.type === 'approved' || event.type === 'started');
  await lab.link.redis.ltrim(storeKeys().events(run), 0, decided - 1);
  await lab.redis.restart();
  release();
  return decided > 0;
}

async function twoWorkers(scene: Scene): Promise<void> {
  await scene.lab.start('worker');
  scene.release();
  for (let count = 0; count < 5; count += 1) await scene.lab.wakeups.advance(scene.run, 1 + count * 100);
}

/** A second request for a site that has a run. */
async function secondRequest({ press, release }: Scene): Promise<void> {
  const typed = [
    press.type(BOB, '/rollback acme-kitchens v0.5.0'),
    press.type(ALICE, '/rollback acme-kitchens'),
  ];
  release();
  await Promise.all(typed);
}

const host = (name: string, strike: Family['strike']): Family => ({ name, at: 'host', strike });
const click = (name: string, strike: Family['strike']): Family => ({ name, at: 'click', strike });

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
];
