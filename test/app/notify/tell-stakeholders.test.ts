import { describe, expect, it } from 'vitest';
import { runTasks } from '../../../src/app/after/run-tasks.ts';
import { tellStakeholders } from '../../../src/app/notify/tell-stakeholders.ts';
import type { StatusAnswer } from '../../../src/app/ports/notify.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { Stakeholders, StatusWebhook } from '../../../src/domain/site/stakeholders.ts';
import type { StatusMessage } from '../../../src/domain/stakeholders/status-page.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import type { leases } from '../../support/fakes/leases.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { noTrouble } from '../../support/fakes/no-trouble.ts';
import { records } from '../../support/fakes/records.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import { ended, eventsTo, plan, RUN_ID, runOf, steps } from '../../support/story/run.ts';
import { BOB, site, stakeholders } from '../../support/story/site.ts';

const PAGE: StatusWebhook = {
  url: 'https://status.example/hook',
  headers: {},
  stillWorking: false,
  statuses: {},
};

const BEGUN = '2026-03-01T02:20:00.000Z';

const SWITCHING = eventsTo('switching', plan('code-only'));

const DOWN: readonly RunEvent[] = [...SWITCHING, ...steps(['stop', 0])];

const HELD: readonly RunEvent[] = [...DOWN, ended('hold', 'restore', 3)];

const PUT_BACK: readonly RunEvent[] = [...DOWN, ended('put-back', 'checkout', 1)];

const taken: StatusAnswer = { kind: 'taken' };

const again = (problem: string, afterMs = 0): StatusAnswer => ({ kind: 'again', afterMs, problem });

/** A run whose past was written at one moment, and whoever tells its stakeholders. */
function stage(past: readonly RunEvent[], heard: Partial<Stakeholders> = { webhook: PAGE }) {
  const clock = clockAt(BEGUN);
  const store = memoryStore(clock);
  const woken = wakeups();
  const calls: StatusMessage[] = [];
  const answers: StatusAnswer[] = [];
  const lease = expiringLease(() => Date.parse(clock.now()));
  store.put(runOf(past), past);
  let names = 0;
  const deps = {
    store,
    wakeups: woken,
    inventory: inventory(site({ stakeholders: stakeholders(heard) })),
    leases: lease,
    leaseMs: 10_000,
    every: () => () => undefined,
    hosts: scriptedHost().hosts,
    pickupName: () => {
      names += 1;
      return `teller-${names}`;
    },
    clock,
    stopping: () => false,
    statusPage: {
      tell: async (_webhook: StatusWebhook, message: StatusMessage) => {
        calls.push(message);
        return answers.shift() ?? taken;
      },
    },
  };
  return {
    deps,
    store,
    clock,
    woken,
    calls,
    answers,
    tell: () => tellStakeholders(deps, RUN_ID),
    since: async () => (await store.events(RUN_ID)).slice(past.length + 1).map(({ event }) => event),
    append: async (...events: readonly RunEvent[]) => {
      const run = await store.read(RUN_ID);
      if (run !== null) await store.append(run, ...events);
    },
    later: (ms: number) => clock.set(new Date(Date.parse(clock.now()) + ms).toISOString()),
    words: () => calls.map(({ key }) => key),
  };
}

/** One lease that ends by the test's clock. */
function expiringLease(now: () => number): ReturnType<typeof leases> {
  let holder: { readonly owner: string; readonly until: number } | null = null;
  return {
    held: new Set(),
    take: async (_run, owner, ttlMs) => {
      if (holder !== null && holder.owner !== owner && holder.until > now()) return false;
      holder = { owner, until: now() + ttlMs };
      return true;
    },
    release: async (_run, owner) => {
      if (holder?.owner === owner) holder = null;
    },
  };
}

describe('a promised word', () => {
  it('is given when it is due and not before, once, and promises the next one', async () => {
    const { tell, since, later, woken } = stage(DOWN, {});

    expect(await tell()).toEqual({ again: 300_000 });
    later(299_999);
    expect(await tell()).toEqual({ again: 1 });
    expect(await since()).toEqual([]);

    later(1);
    expect(await tell()).toEqual({ again: 300_000 });
    expect(await tell()).toEqual({ again: 300_000 });

    expect(await since()).toEqual([{ type: 'word-given', kind: 'still-working' }]);
    expect(woken.shown).toEqual([RUN_ID]);
  });

  it('says so where people have to decide, for as long as they need', async () => {
    const { tell, since, later } = stage(HELD, {});

    for (let count = 0; count < 12; count += 1) {
      later(300_000);
      await tell();
    }

    expect(await since()).toEqual(
      Array.from({ length: 12 }, () => ({ type: 'word-given', kind: 'people-called' })),
    );
  });

  it('is one word, not twelve, where nobody was there for an hour', async () => {
    const { tell, since, later } = stage(DOWN, {});

    later(3_600_000);

    expect(await tell()).toEqual({ again: 300_000 });
    expect(await since()).toHaveLength(1);
  });

  it('is given once where two do it at the same moment', async () => {
    const { tell, since, later } = stage(DOWN, {});
    later(300_000);

    await Promise.all([tell(), tell(), tell()]);

    expect(await since()).toHaveLength(1);
  });

  it('is not given any more where the run ends at that moment', async () => {
    const { tell, since, later, store, append } = stage(DOWN, {});
    later(300_000);
    store.beforeAppend = async () => {
      store.beforeAppend = async () => undefined;
      await append(ended('put-back', 'checkout', 1));
    };

    expect(await tell()).toBeUndefined();

    expect((await since()).map(({ type }) => type)).toEqual(['switch-ended']);
  });

  it.each<[string, readonly RunEvent[]]>([
    ['before the first stop', SWITCHING],
    ['after the end', PUT_BACK],
  ])('is not owed %s', async (_title, past) => {
    const { tell, since, later } = stage(past, {});
    later(3_600_000);

    expect(await tell()).toBeUndefined();
    expect(await since()).toEqual([]);
  });

  it('is not owed where nobody is to be told', async () => {
    const { deps, later, since } = stage(DOWN, {});
    later(3_600_000);

    expect(await tellStakeholders({ ...deps, inventory: inventory(site()) }, RUN_ID)).toBeUndefined();

    expect(await since()).toEqual([]);
  });
});

describe('the status page', () => {
  it('hears the first word and the last, each once', async () => {
    const { tell, words, append, since } = stage(DOWN);

    await tell();
    await tell();
    await append(ended('put-back', 'checkout', 1));
    await tell();
    await tell();

    expect(words()).toEqual(['acme-kitchens-7-started', 'acme-kitchens-7-end']);
    expect((await since()).filter(({ type }) => type === 'status-told')).toEqual([
      { type: 'status-told', word: 'started', result: 'taken', problem: null },
      { type: 'status-told', word: 'end', result: 'taken', problem: null },
    ]);
  });

  it('hears the words in between only where it wants to', async () => {
    const quiet = stage(DOWN);
    const told = stage(DOWN, { webhook: { ...PAGE, stillWorking: true } });
    for (const one of [quiet, told]) {
      await one.tell();
      one.later(300_000);
      await one.tell();
    }

    expect(quiet.words()).toEqual(['acme-kitchens-7-started']);
    expect(told.words()).toEqual(['acme-kitchens-7-started', 'acme-kitchens-7-word-1']);
  });

  it('is tried again after a pause that grows, with the same words', async () => {
    const { tell, calls, answers, later } = stage(DOWN);
    answers.push(again('it answered 500'), again('it answered 500'), again('it answered 500'));

    expect(await tell()).toEqual({ again: 1_000 });
    later(1_000);
    expect(await tell()).toEqual({ again: 1_000 });
    later(9_000);
    expect(await tell()).toEqual({ again: 5_000 });
    later(5_000);
    await tell();

    expect(calls).toHaveLength(4);
    expect(new Set(calls.map((call) => JSON.stringify(call)))).toHaveLength(1);
  });

  it('is left alone for as long as it asks, whoever is woken meanwhile', async () => {
    const { tell, words, answers, later } = stage(DOWN);
    answers.push(again('it answered 429', 40_000));

    expect(await tell()).toEqual({ again: 40_000 });
    later(39_999);
    await tell();
    expect(words()).toHaveLength(1);

    later(1);
    await tell();
    expect(words()).toHaveLength(2);
  });

  it('hears no word that a later one has made pointless', async () => {
    const { tell, words, answers, later, append } = stage(DOWN, {
      webhook: { ...PAGE, stillWorking: true },
    });
    answers.push(again('it answered 503'));
    await tell();
    await append(ended('put-back', 'checkout', 1));
    later(60_000);

    await tell();

    expect(words()).toEqual(['acme-kitchens-7-started', 'acme-kitchens-7-end']);
  });

  it('is not asked again where it says no, and the people of the run read why', async () => {
    const { tell, words, answers, since, woken } = stage(DOWN);
    answers.push({ kind: 'refused', problem: 'it answered 404' });

    await tell();
    await tell();

    expect(words()).toHaveLength(1);
    expect(await since()).toEqual([
      { type: 'status-told', word: 'started', result: 'refused', problem: 'it answered 404' },
    ]);
    expect(woken.shown).toEqual([RUN_ID]);
  });

  it('is talked about once where it does not answer for a minute, and given up after a day', async () => {
    const { tell, answers, later, since, calls } = stage(PUT_BACK);
    for (let count = 0; count < 4; count += 1) answers.push(again('no answer within 5 s'));

    await tell();
    later(60_000);
    await tell();
    later(60_000);
    await tell();
    expect(await since()).toEqual([
      { type: 'status-told', word: 'end', result: 'delayed', problem: 'no answer within 5 s' },
    ]);

    later(24 * 3_600_000);
    await tell();
    await tell();

    expect((await since()).at(-1)).toEqual({
      type: 'status-told',
      word: 'end',
      result: 'refused',
      problem: 'no answer within 5 s, for a day',
    });
    expect(calls).toHaveLength(4);
  });

  it('hears the same word again, under the same key, where the teller died before it was written down', async () => {
    const { tell, store, words, later } = stage(DOWN);
    store.beforeAppend = async () => {
      throw new Error('killed');
    };
    await expect(tell()).rejects.toThrow('killed');
    store.beforeAppend = async () => undefined;
    later(15_000);

    await tell();

    expect(words()).toEqual(['acme-kitchens-7-started', 'acme-kitchens-7-started']);
  });

  it('hears that a site is back that was finished by hand', async () => {
    const { tell, calls, append } = stage([...HELD, { type: 'closed', by: BOB }]);

    await tell();
    await append({ type: 'back-said', by: BOB });
    await tell();

    expect(calls.map(({ body }) => JSON.parse(body).status)).toEqual(['not-restored', 'restored']);
  });

  it('is owed its last word after the end, until it has taken it', async () => {
    const { deps, tell, store, woken, later } = stage(PUT_BACK);
    const tend = async () => {
      const run = await store.read(RUN_ID);
      if (run !== null) await runTasks({ ...deps, records: records(), report: noTrouble }, run);
    };

    await tend();
    expect(woken.told).toEqual([RUN_ID]);
    later(60_000);
    expect(await store.withTasksDue(deps.clock.now())).toEqual([RUN_ID]);
    await tell();
    await tend();

    expect(woken.told).toEqual([RUN_ID]);
    later(20 * 60_000);
    await tend();
    expect(await store.withTasksDue('9999')).toEqual([]);
  });
});
