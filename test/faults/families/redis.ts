import { storeKeys } from '../../../src/store/keys.ts';
import { between, endAll, type Scene } from './family.ts';

export async function redisGone(scene: Scene): Promise<void> {
  await scene.lab.redis.kill();
  if (scene.random() < 0.7) scene.release();
  await between(scene, 0, 3_000);
  await scene.lab.redis.restart();
  scene.release();
}

/** The record is gone. A worker that starts then, or notices that while it runs, finds the run on its host. */
export async function redisWiped(scene: Scene): Promise<void> {
  const { lab, run, random, release } = scene;
  const dies = random() < 0.5;
  if (dies) await endAll(lab, ['worker'], 'SIGKILL');
  await lab.redis.admin((admin) => admin.flushall());
  await lab.store.skipNumbers(lab.site.slug, Number(run.split('-').at(-1)));
  if (dies) await lab.start('worker');
  // The worker picks the run up from its host while the step continues whose beginning the lost record had.
  if (random() < 0.5) await between(scene, 0, 4_000);
  release();
}

/** The record lacks the last second before the power of its server failed: according to it, nobody has decided yet. */
export async function redisBehind({ lab, run, release }: Scene): Promise<boolean> {
  const events = await lab.store.events(run);
  // People may then decide again, and differently, before anyone has asked the host.
  if (events.some(({ event }) => event.type === 'recovery-begun')) return false;
  const decided = events.findIndex(({ event }) => event.type === 'approved' || event.type === 'started');
  await lab.link.redis.ltrim(storeKeys().events(run), 0, decided - 1);
  await lab.redis.restart();
  release();
  return decided > 0;
}
