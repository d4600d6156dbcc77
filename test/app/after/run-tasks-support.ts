import { runTasks } from '../../../src/app/after/run-tasks.ts';
import type { TaskDeps } from '../../../src/app/after/task.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { RollbackRequest } from '../../../src/domain/run/request.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { leases } from '../../support/fakes/leases.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { records } from '../../support/fakes/records.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { eventsTo, plan, RUN_ID, runOf } from '../../support/story/run.ts';
import { request, site, T } from '../../support/story/site.ts';

/** A run that has ended, and a worker that looks after it. */
export function stage(
  state: 'succeeded' | 'failed' | 'denied' | 'closed',
  {
    host = scriptedHost(),
    deps = {},
    of = plan(),
    asked = request(),
    past = eventsTo(state, of),
  }: {
    host?: ReturnType<typeof scriptedHost>;
    deps?: Partial<TaskDeps>;
    of?: Plan;
    asked?: RollbackRequest;
    past?: readonly RunEvent[];
  },
) {
  const clock = clockAt(T.decided);
  const reported: string[] = [];
  const store = memoryStore(clock);
  store.put(runOf(past, asked), past);
  const all: TaskDeps = {
    store,
    wakeups: wakeups(),
    leases: leases(),
    leaseMs: 10_000,
    pickupName: () => 'pickup-1',
    every: () => () => undefined,
    inventory: inventory(site()),
    hosts: host.hosts,
    records: records(),
    clock,
    stopping: () => false,
    report: (trouble, run) => {
      reported.push(`${run}: ${trouble instanceof Error ? trouble.message : String(trouble)}`);
    },
    ...deps,
  };
  const tend = async () => {
    const run = await store.read(RUN_ID);
    if (run === null) throw new Error('the run is gone');
    await runTasks(all, run);
  };
  const later = (minutes: number) => {
    clock.set(new Date(Date.parse(clock.now()) + minutes * 60_000).toISOString());
  };
  const since = () => store.types(RUN_ID).slice(past.length);
  return { store, host, clock, tend, later, since, reported };
}
