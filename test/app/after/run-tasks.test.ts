import { describe, expect, it } from 'vitest';
import { HostError } from '../../../src/app/ports/host-error.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { leases } from '../../support/fakes/leases.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { ended, eventsTo, plan, RUN_ID } from '../../support/story/run.ts';
import { ALICE, BOB, request, T } from '../../support/story/site.ts';
import { stage } from './run-tasks-support.ts';

const requested: RunEvent = { type: 'requested', request: request() };

describe('what a run owes after its end', () => {
  it('is done once, and then nothing is owed', async () => {
    const { tend, host, since, store, later } = stage('failed', {});

    await tend();
    await tend();

    expect(host.calls).toEqual(['connect', 'markRecorded']);
    expect(host.open()).toBe(0);
    expect(since()).toEqual(['marked']);
    later(60 * 24);
    await tend();
    expect(since()).toEqual(['marked', 'pruned']);
    expect(await store.withTasksDue('9999')).toEqual([]);
  });

  it('is nothing where the host was never reached', async () => {
    const refusal = {
      code: 'host-unreachable',
      sentence: 'It does not answer.',
      next: 'Ask again.',
    } as const;
    const past = [
      { type: 'picked-up', worker: 'w', epoch: 1 },
      { type: 'refused', refusal },
    ] as const;
    const { tend, host, store } = stage('denied', { past });

    await tend();

    expect(host.calls).toEqual([]);
    expect(await store.withTasksDue('9999')).toEqual([]);
  });

  it.each<[string, readonly RunEvent[]]>([
    ['approved', eventsTo('ready')],
    ['approved by the first of two', eventsTo('ready', { ...plan(), quorum: 2 })],
    ['started', eventsTo('ready', plan('code-only'))],
  ])('a plan that was %s and then cancelled can never begin on its host', async (_, past) => {
    // Otherwise whoever can cut off the end of a record could carry out what was taken back.
    const { tend, host, since } = stage('denied', { past: [...past, { type: 'cancelled', by: ALICE }] });

    await tend();

    expect(host.calls).toEqual(['connect', 'voidAttempt', 'markRecorded']);
    expect(since()).toEqual(['marked']);
  });

  it('is tried again while the host is away, later and later', async () => {
    let away = true;
    const host = scriptedHost({
      markRecorded: async () => {
        if (away) throw new HostError('unreachable', 'the connection is gone');
      },
    });
    const { tend, since, store, clock, later } = stage('failed', { host });

    await tend();

    expect(since()).toEqual([]);
    expect(host.open()).toBe(0);
    expect(await store.withTasksDue(clock.now())).toEqual([]);
    later(1);
    expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
    later(60);
    await tend();
    later(14);
    expect(await store.withTasksDue(clock.now())).toEqual([]);
    later(2);
    expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
    away = false;
    await tend();
    expect(since()).toEqual(['pruned', 'marked']);
  });

  it('is tried again and said where the host refuses it', async () => {
    const host = scriptedHost({
      markRecorded: async () => {
        throw new HostError('errored', 'touch: permission denied');
      },
    });
    const { tend, store, later, clock, reported } = stage('failed', { host });

    // Without throwing: the queue would ask again at once, and log in to a host that refuses it over and over.
    await tend();

    expect(reported).toEqual([`${RUN_ID}: touch: permission denied`]);
    expect(await store.withTasksDue(clock.now())).toEqual([]);
    later(1);
    expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
  });

  it('is not forgiven by a worker that does not know the site', async () => {
    const { tend, store, later, clock } = stage('failed', { deps: { inventory: inventory() } });

    await tend();

    later(59);
    expect(await store.withTasksDue(clock.now())).toEqual([]);
    later(1);
    expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
    later(7 * 24 * 60);
    await tend();
    expect(await store.withTasksDue('9999')).toEqual([]);
  });

  it('is nothing for a run that never began on a site that is gone', async () => {
    const { tend, store } = stage('denied', { deps: { inventory: inventory() } });

    await tend();

    expect(await store.withTasksDue('9999')).toEqual([]);
  });

  it('closes the door on a host that has not taken the program until its time was over', async () => {
    const { tend, host } = stage('failed', {
      past: [...eventsTo('switching'), ended('untouched', 'launch', 0)],
    });

    await tend();

    expect(host.calls).toEqual(['connect', 'voidAttempt', 'markRecorded']);
  });

  it.each<[string, readonly RunEvent[], readonly string[]]>([
    ['never begins', [], ['connect', 'voidAttempt', 'markRecorded']],
    [
      'begins no further step where somebody had cancelled it as well',
      [{ type: 'cancel-asked', by: ALICE }],
      ['connect', 'voidAttempt', 'cancel', 'markRecorded'],
    ],
  ])('closes the door on a host that was away: the program %s', async (_, cancelled, calls) => {
    const { tend, host, since } = stage('closed', {
      past: [
        ...eventsTo('switching'),
        { type: 'host-silent', why: 'no route to host' },
        { type: 'host-lost', why: 'no route to host' },
        ...cancelled,
        { type: 'closed', by: BOB },
      ],
    });

    await tend();

    expect(host.calls).toEqual(calls);
    expect(since()).toContain('marked');
  });

  it('leaves what is kept alone while another run has the site, and while somebody deploys', async () => {
    let held = true;
    const host = scriptedHost({
      prune: async () =>
        held
          ? { problem: 'deploy.lock is held', code: 'lock-held' }
          : { safetyBackups: [], environments: [] },
    });
    const { tend, since, store, later } = stage('succeeded', { host });
    const next = await store.begin('acme-kitchens@production', 'acme-kitchens', 'key', {
      type: 'requested',
      request: request(),
    });
    if (next.kind !== 'begun') throw new Error('the site is not free');

    await tend();
    expect(host.calls).not.toContain(`prune ${RUN_ID}`);

    await store.append(next.run, { type: 'cancelled', by: 'U01ALICE' });
    later(60);
    await tend();
    expect(host.calls.filter((call) => call === `prune ${RUN_ID}`)).toHaveLength(1);
    expect(since()).toEqual(['marked', 'quarantined']);

    held = false;
    later(60);
    await tend();
    expect(since()).toEqual(['marked', 'quarantined', 'pruned']);
  });

  it.each<[string, Parameters<typeof stage>[0], readonly RunEvent[], number]>([
    ['a run that was put back', 'failed', eventsTo('failed', plan()), 20],
    ['one that was denied', 'denied', eventsTo('denied', plan()), 20],
    [
      'one that was cancelled while it was planned',
      'denied',
      [
        { type: 'looked', what: 'rights' },
        { type: 'cancelled', by: 'U01ALICE' },
      ],
      20,
    ],
    [
      'one that was refused by what its host said',
      'denied',
      [
        { type: 'looked', what: 'rights' },
        { type: 'refused', refusal: { code: 'disk-space', sentence: 'No room.', next: 'Make some.' } },
      ],
      20,
    ],
    ['a dry run', 'denied', [{ type: 'dry-run-ended', plan: plan() }], 20],
    ['one that a person has taken over', 'closed', eventsTo('closed', plan()), 7 * 24 * 60],
  ])('comes also after %s, a while later', async (_, state, past, minutes) => {
    const { tend, since, later, host } = stage(state, { past });
    await tend();
    const ended = since();
    expect(ended).not.toContain('pruned');

    later(minutes - 1);
    await tend();
    expect(since()).toEqual(ended);

    later(1);
    await tend();
    expect(since()).toEqual([...ended, 'pruned']);
    expect(host.calls.filter((call) => call === `prune ${RUN_ID}`)).toHaveLength(1);

    later(24 * 60);
    await tend();
    expect(since()).toEqual([...ended, 'pruned']);
  });

  it('takes nothing from a plan that waits on the same site: its own end comes first', async () => {
    const past = [{ type: 'dry-run-ended', plan: plan() }] as const;
    const { tend, since, later, host, store } = stage('denied', { past });
    const next = await store.begin('acme-kitchens@production', 'acme-kitchens', 'key', requested);
    if (next.kind !== 'begun') throw new Error('the site is not free');
    later(30);
    await tend();

    expect(host.calls).toEqual([]);
    expect(since()).toEqual([]);
  });

  it('is said to the log where it is not the host that is away, and tried again', async () => {
    const host = scriptedHost({
      markRecorded: async () => {
        throw new Error('a bug');
      },
    });
    const { tend, store, clock, later, reported } = stage('failed', { host });

    await tend();

    expect(reported).toEqual([`${RUN_ID}: a bug`]);
    later(1);
    expect(await store.withTasksDue(clock.now())).toEqual([RUN_ID]);
  });

  it('is left to whoever is at it already', async () => {
    const { tend, host, since } = stage('failed', { deps: { leases: leases(true) } });

    await tend();

    expect(host.calls).toEqual([]);
    expect(since()).toEqual([]);
  });

  it('is looked at again where something has happened meanwhile', async () => {
    const { tend, store } = stage('succeeded', {});
    const before = await store.read(RUN_ID);
    if (before === null) throw new Error('the run is gone');

    await tend();
    await store.append((await store.read(RUN_ID)) ?? before, {
      type: 'ticked',
      box: 'phone',
      by: 'U02BOB',
      on: true,
    });
    await store.scheduleTasks(before, null);

    expect(await store.withTasksDue(T.decided)).toEqual([RUN_ID]);
  });
});
