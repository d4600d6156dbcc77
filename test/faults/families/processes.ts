import { setTimeout as sleep } from 'node:timers/promises';
import type { Half } from '../child.ts';
import { between, endAll, running, type Scene } from './family.ts';

export function ending(halves: readonly Half[], signal: NodeJS.Signals) {
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

export function pausing(half: Half) {
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

/** The bot dies while the answer to a post is on its way, so it can't know whether the message was posted. */
export async function killedWhilePosting({ lab, random, press }: Scene): Promise<void> {
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

/** The bot dies while a click is on its way. The person presses again. */
export async function clickLost({ lab, press }: Scene): Promise<void> {
  const clicked = press.decide();
  await endAll(lab, ['bot'], 'SIGKILL');
  await clicked;
  await lab.start('bot');
}

export async function twoWorkers(scene: Scene): Promise<void> {
  await scene.lab.start('worker');
  scene.release();
  for (let count = 0; count < 5; count += 1) await scene.lab.wakeups.advance(scene.run, 1 + count * 100);
}
