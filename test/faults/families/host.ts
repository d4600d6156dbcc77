import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isHostSilent } from '../../../src/domain/run/host-silence.ts';
import { pick } from '../chance.ts';
import { ALICE } from '../lab.ts';
import { between, over, type Scene } from './family.ts';

export async function killProgram({ lab, release }: Scene): Promise<boolean> {
  const killed = lab.host.killPrograms();
  release();
  return killed > 0;
}

export async function lockHeld(scene: Scene): Promise<void> {
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

/** The host stays silent until people are called. In half of the trials, someone ends the run before it answers again. */
export async function hostAway(scene: Scene): Promise<boolean> {
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
export async function drift({ lab, run, random, press }: Scene): Promise<void> {
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

/** Takes the key away that the worker needs for each new connection. */
export async function loginTakenAway(scene: Scene): Promise<void> {
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
