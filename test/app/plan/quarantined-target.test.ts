import { describe, expect, it } from 'vitest';
import { planRollback } from '../../../src/app/plan/plan-rollback.ts';
import type { HostSession } from '../../../src/app/ports/host.ts';
import { pickUp } from '../../../src/app/run/pickup.ts';
import { ITEMS, isFollowUpId } from '../../../src/domain/checklist/follow-up-items.ts';
import type { QuarantineEntry } from '../../../src/domain/host/survey.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { fitRecord } from '../../support/fakes/fit-record.ts';
import { memoryStore } from '../../support/fakes/memory-store.ts';
import { probe } from '../../support/fakes/probe.ts';
import { records } from '../../support/fakes/records.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { signer } from '../../support/fakes/signer.ts';
import { wakeups } from '../../support/fakes/wakeups.ts';
import {
  commit,
  disk,
  findings,
  LIVE,
  liveCommit,
  survey,
  TARGET,
  target,
} from '../../support/story/evidence.ts';
import { eventsTo, plan, RUN_ID, runOf } from '../../support/story/run.ts';
import { ALICE, request, site, T } from '../../support/story/site.ts';

const FOLLOW_UPS = Object.keys(ITEMS).filter(isFollowUpId);

const FILE: QuarantineEntry = { name: 'v0.5.0', run: 'acme-kitchens-3', since: T.backup, why: 'left v0.5.0' };

/** The past of a run that left v0.5.0 for v0.6.0. */
const LEFT = plan('code-only', {
  survey: survey({ live: commit() }),
  target: target({ ...liveCommit, source: 'tag' }),
});

interface Story {
  readonly host?: Partial<HostSession>;
  readonly version?: string;
  /** Another run of the site, which the record knows. */
  readonly earlier?: { readonly site?: string; readonly more?: readonly RunEvent[] };
}

/** Asks for a version, and gives the run with its plan or refusal. */
async function planned({ host = {}, version = 'v0.5.0', earlier }: Story) {
  const clock = clockAt(T.decided);
  const store = memoryStore(clock);
  store.put(runOf([], request({ version })), []);
  if (earlier !== undefined) {
    const past = [...eventsTo('verifying', LEFT), ...eventsTo('succeeded', LEFT).slice(-1)];
    const asked = request({ site: earlier.site ?? 'acme-kitchens@production' });
    const first = { ...runOf(past, asked), id: 'acme-kitchens-6' };
    store.put(first, past);
    for (const event of earlier.more ?? []) {
      const run = await store.read(first.id);
      if (run !== null) await store.append(run, event);
    }
    const run = await store.read(first.id);
    if (run !== null) await store.scheduleTasks(run, T.expires);
  }
  const found = await store.read(RUN_ID);
  if (found === null) throw new Error('the run is gone');
  const deps = {
    hosts: scriptedHost(host).hosts,
    probe,
    records: records(),
    store,
    wakeups: wakeups(),
    record: fitRecord,
    clock,
    signer,
    nearest: () => null,
  };
  const writer = await pickUp(deps, found, 'pickup-1');
  await planRollback(deps, writer, site());
  return writer.run();
}

describe('a plan whose target is quarantined', () => {
  it('says so by the record, and needs a second person', async () => {
    const run = await planned({ earlier: {} });

    expect(run.plan?.facts.quarantined).toMatchObject([
      { name: 'v0.5.0', run: 'acme-kitchens-6', owed: { length: 4 } },
    ]);
    expect(run.plan?.approvalReasons).toContain('this version is quarantined for this site');
  });

  it('says so by the host where the record knows nothing', async () => {
    const run = await planned({ host: { survey: async () => survey({ quarantine: [FILE] }) } });

    expect(run.plan?.facts.quarantined).toEqual([{ ...FILE, owed: null }]);
    expect(run.state).toBe('awaiting-approval');
  });

  it('needs no second person to start what is in place already', async () => {
    const inPlace = plan('code-only', {
      target: { ...liveCommit, source: 'tag', liveUntil: null },
      verdict: { kind: 'none' },
      quarantined: [{ ...FILE, name: 'v0.6.0', owed: null }],
    });

    expect(inPlace.facts.quarantined).toHaveLength(1);
    expect(inPlace.approvalReasons).toEqual([]);
  });

  it('says nothing once the follow-ups are closed, although the host was not reached yet', async () => {
    const run = await planned({
      host: { survey: async () => survey({ quarantine: [{ ...FILE, run: 'acme-kitchens-6' }] }) },
      earlier: { more: [{ type: 'follow-ups-closed', by: 'U02BOB', reason: 'it was the host' }] },
    });

    expect(run.plan?.facts.quarantined).toEqual([]);
  });

  it.each<[string, readonly RunEvent[], boolean]>([
    ['closed the follow-ups', [{ type: 'follow-ups-closed', by: ALICE, reason: 'I need it' }], true],
    [
      'did the last follow-up',
      FOLLOW_UPS.map((item) => ({ type: 'follow-up', item, act: 'done', by: ALICE })),
      true,
    ],
    [
      'did all but the last follow-up',
      FOLLOW_UPS.map((item, at) => ({
        type: 'follow-up',
        item,
        act: 'done',
        by: at === FOLLOW_UPS.length - 1 ? 'U02BOB' : ALICE,
      })),
      false,
    ],
    ['did nothing', [{ type: 'follow-ups-closed', by: 'U02BOB', reason: 'it was the host' }], false],
  ])('needs a second person if whoever asks %s', async (_, more, second) => {
    const run = await planned({ earlier: { more } });

    expect(run.plan?.facts.quarantined).toEqual([]);
    expect(run.plan?.approvalReasons.includes('whoever asks has lifted the quarantine of v0.5.0')).toBe(
      second,
    );
  });

  it('says nothing because of another site', async () => {
    const run = await planned({ earlier: { site: 'acme-kitchens@staging' } });

    expect(run.plan?.facts.quarantined).toEqual([]);
  });

  it('keeps the names of what it leaves, the pin only where it means that alone', async () => {
    const untagged = { ...liveCommit, tags: [] };

    expect((await planned({})).plan?.facts.leaves).toEqual([LIVE, 'v0.6.0']);
    for (const pinRanBefore of [true, false])
      expect(
        (await planned({ host: { survey: async () => survey({ live: untagged, pinRanBefore }) } })).plan
          ?.facts.leaves,
      ).toEqual(pinRanBefore ? [LIVE] : [LIVE, 'v0.6.0']);
  });
});

describe('a refusal of a quarantined version', () => {
  it('says so where the version is an upgrade', async () => {
    const four = ['website.0001', 'website.0002', 'website.0003_split_lead_name', 'website.0004'].map((one) =>
      disk(one),
    );
    const run = await planned({
      host: {
        survey: async () => survey({ quarantine: [FILE] }),
        migrations: async (tree) => (tree.endsWith('/app') ? four.slice(0, 3) : four),
      },
    });

    expect(run.refusal).toMatchObject({
      code: 'target-ahead-of-database',
      sentence: expect.stringContaining(
        'v0.5.0 is quarantined for this site: acme-kitchens-3 rolled back from it, and its follow-ups are still open.',
      ),
    });
  });

  it('marks quarantined versions where it lists what is known', async () => {
    const run = await planned({
      version: 'v0.9.9',
      host: {
        survey: async () => survey({ quarantine: [FILE] }),
        resolveVersion: async () => findings(),
      },
    });

    expect(run.refusal?.next).toBe('Known here: v0.4.0, v0.5.0 (quarantined), v0.6.0.');
  });

  it('marks a quarantined commit where it asks which one is meant', async () => {
    const run = await planned({
      host: {
        survey: async () => survey({ quarantine: [{ ...FILE, name: TARGET }] }),
        resolveVersion: async () => findings({ localTag: TARGET, originTag: LIVE }),
      },
    });

    expect(run.refusal?.next).toContain(
      'on the host: 555555555555 "Release 0.5.0" of 2026-02-01 (quarantined)\n',
    );
    expect(run.refusal?.next).toMatch(/on origin: .*2026-03-01$/);
  });
});
