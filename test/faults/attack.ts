import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { siteKey } from '../../src/domain/site/site.ts';
import { type Anchor, type Anchors, byRun, readAnchor } from '../../src/entry/commands/audit-anchors.ts';
import { verifyAll } from '../../src/entry/commands/verify-records.ts';
import { ATTACKS, OWNED, strikeWith } from './families/attacks.ts';
import type { Scene } from './families/family.ts';
import type { Lab } from './lab.ts';
import { pressFor } from './people.ts';
import { recordWriter } from './record-writer.ts';
import type { Schedule } from './schedule.ts';
import { begin, hasButton, type Outcome, until } from './trial.ts';

/** For so long everybody has the chance to act on what was written. A round of the workers takes half a second here. */
const WATCHED_MS = 1_500;

/** Plays one run up to the attack, changes its record, and sees to it that nothing comes of it and that the audit says so. */
export async function runAttack(lab: Lab, schedule: Schedule): Promise<Outcome> {
  const began = Date.now();
  const attack = ATTACKS.find(({ name }) => name === schedule.family.name);
  if (attack === undefined) throw new Error(`there is no ${schedule.family.name}`);
  await lab.heal();
  lab.host.killPrograms();
  lab.host.reset();
  lab.host.set('go');
  if (attack.fails !== undefined) lab.host.set(`fail-${attack.fails}`);
  const since = lab.slack.mark();
  let logs = lab.logs();
  const run = await begin(lab, schedule, attack.asks);
  // The lab has written these in the place of bot and worker, whose logs would have them.
  const own = (await lab.store.events(run)).map(({ seq, hash }): Anchor => ({ run, seq, hash, at: began }));
  const scene: Scene = {
    lab,
    run,
    random: schedule.random,
    press: pressFor(lab, run, since),
    release: () => undefined,
    noMoreSteps: () => undefined,
    afterwards: () => undefined,
  };
  await until(() => hasButton(lab, run, since), 60_000, 'no card came');
  const ready = (await attack.before?.(scene)) ?? true;
  logs += lab.logs();
  const before = stateOf(lab, run);
  const writer = recordWriter(lab.link, schedule.random);
  const counted = ready && (await strikeWith(attack, scene, writer));
  await sleep(WATCHED_MS);
  logs += lab.logs();
  const wentOn =
    attack.asks !== undefined && (await writer.read(run)).some(({ event }) => event.type === 'looked');
  const found = counted
    ? await problems(
        lab,
        run,
        before,
        byRun([...own, ...logs.split('\n').flatMap((line) => readAnchor(line) ?? [])]),
      )
    : [];
  const now = await lab.store.read(run).catch((error: unknown) => String(error));
  const end = typeof now === 'string' ? 'nobody believes the record' : (now?.state ?? 'gone');
  await lab.store.setAside(run, [siteKey(lab.site)]);
  await lab.link.redis.del(`{rollback}:rb:run:${run}:aside`);
  await lab.link.redis.zrem('{rollback}:rb:recent', run);
  return {
    number: schedule.number,
    family: attack.name,
    mode: schedule.mode,
    moment: attack.cuts === true ? 'cut' : writer.style,
    end,
    counted,
    violations: [...found, ...(wentOn ? ['I3: a worker went on to the build'] : [])],
    endedAfter: 0,
    shownAfter: 0,
    took: Date.now() - began,
    story: found.length === 0 ? [] : logs.split('\n').slice(-40),
  };
}

interface HostThen {
  readonly effects: number;
  readonly truth: string;
}

function stateOf({ host }: Lab, run: string): HostThen {
  const owned = existsSync(host.runFile(run, OWNED));
  const truth = JSON.stringify({ ...host.truth(), owned });
  return { effects: host.effects().length, truth };
}

async function problems(
  lab: Lab,
  run: string,
  before: HostThen,
  anchors: Anchors,
): Promise<readonly string[]> {
  const now = stateOf(lab, run);
  const done = lab.host.effects().slice(before.effects);
  const audit = await verifyAll(lab.store, lab.auditKeys, anchors);
  return [
    ...(done.length === 0 ? [] : [`I3: the attack had an effect on the host: ${JSON.stringify(done)}`]),
    ...(now.truth === before.truth ? [] : [`I3: the host was ${before.truth}, and is ${now.truth}`]),
    ...(audit.lines.some((line) => line.startsWith(`${run}: `))
      ? []
      : [`I2: audit verify sees nothing: ${audit.lines.join(' / ')}`]),
  ];
}
