import { describe, expect, it } from 'vitest';
import { HostError } from '../../../src/app/ports/host-error.ts';
import type { Check, RunEvent } from '../../../src/domain/run/event.ts';
import { isTerminal } from '../../../src/domain/run/run.ts';
import { healthyProbe, probe } from '../../support/fakes/probe.ts';
import { scriptedHost } from '../../support/fakes/scripted-host.ts';
import { healthy, LIVE } from '../../support/story/evidence.ts';
import { ended, steps } from '../../support/story/run.ts';
import { BOB, T } from '../../support/story/site.ts';
import { type Stage, SWITCHING, stage } from '../../support/story/stage.ts';

describe('the proof', () => {
  const BAD_PAGE: Check = { name: 'homepage', result: 'failed', detail: '500 text/html' };
  const VERIFYING = [...SWITCHING, ...steps(['stop', 0], ['healthy', 0]), ended('done', 'healthy', 0)];

  it('ends the run when everything holds', async () => {
    const { advance, run } = stage(VERIFYING, { deps: { probe: healthyProbe } });

    await advance();

    expect(await run()).toMatchObject({
      state: 'succeeded',
      verification: { health: { status: 200, word: 'ok' } },
    });
    expect((await run()).verification?.checks.map((check) => check.name)).toEqual([
      'code',
      'packages',
      'sum-acme-kitchens-gunicorn.service',
      'database objects',
      'journal',
      'homepage',
      'form',
    ]);
  });

  it.each<[string, Stage]>([
    [
      'the homepage is broken',
      {
        deps: {
          probe: {
            ...probe,
            smokeTests: async () => ({
              checks: [{ name: 'homepage', result: 'failed', detail: '500 text/html' }],
              health: healthy,
            }),
          },
        },
      },
    ],
    [
      'another code runs',
      {
        host: scriptedHost({
          running: async () => ({
            head: LIVE,
            dirty: false,
            unlikeFresh: null,
            venv: '',
            environment: null,
            installed: {},
            units: [],
          }),
        }),
      },
    ],
    [
      'the journal has an error since the start',
      {
        host: scriptedHost({
          journal: async () => ({
            readAt: 1,
            lines: ['django.db.utils.OperationalError: connection refused'],
          }),
        }),
      },
    ],
  ])('needs a person when %s', async (_, how) => {
    const { advance, run } = stage(VERIFYING, { ...how, deps: { probe: healthyProbe, ...how.deps } });

    await advance();

    expect((await run()).state).toBe('needs-decision');
    expect(isTerminal((await run()).state)).toBe(false);
  });

  it('ends nobody where the look at the pages breaks while the host is still asked', async () => {
    const broken = { ...probe, smokeTests: async () => Promise.reject(new Error('a page without words')) };
    const host = scriptedHost({
      running: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        throw new HostError('errored', 'no proof');
      },
    });
    const { advance, run } = stage(VERIFYING, { host, deps: { probe: broken } });

    const untaken: unknown[] = [];
    const hear = (error: unknown) => void untaken.push(error);
    process.on('unhandledRejection', hear);

    await expect(advance()).rejects.toThrow('a page without words');

    process.off('unhandledRejection', hear);
    expect(untaken).toEqual([]);
    expect((await run()).state).toBe('verifying');
  });

  it('that is tried again reads the journal from where the last one has ended', async () => {
    const errors = [{ what: 'OperationalError', count: 1 }];
    const readAt = Date.parse(T.expires) / 1000;
    const failed: RunEvent = { type: 'verified', checks: [BAD_PAGE], health: healthy, errors, readAt };
    const again: RunEvent = {
      type: 'recovery-begun',
      recovery: { action: 'retry', step: 'proof', attempt: 2 },
      by: BOB,
      digest: 'd',
      expiresAt: T.expires,
      approval: null,
    };
    const { advance, run, host } = stage([...VERIFYING, failed, again], { deps: { probe: healthyProbe } });

    await advance();

    expect(await run()).toMatchObject({ state: 'succeeded', verification: { errors: [] } });
    expect(host.calls).toContain(`journal ${readAt}`);
  });

  it('is left to the next worker where this one is asked to stop while the host is away', async () => {
    let stopping = false;
    const host = scriptedHost({
      running: async () => {
        stopping = true;
        throw new HostError('unreachable', 'no route to host');
      },
    });
    const deps = { probe: healthyProbe, stopping: () => stopping };
    const { advance, run, waits } = stage(VERIFYING, { host, deps });

    await advance();

    expect((await run()).state).toBe('verifying');
    expect(waits).toEqual([]);
  });

  it('says that the journal was not checked where the host does not give it', async () => {
    const host = scriptedHost({
      journal: async () => {
        throw new HostError('timed-out', 'a command on the host did not end within 60 s');
      },
    });
    const { advance, run } = stage(VERIFYING, { host, deps: { probe: healthyProbe } });

    await advance();

    expect(await run()).toMatchObject({ state: 'succeeded', verification: { errors: null } });
    expect((await run()).verification?.checks.find(({ name }) => name === 'journal')).toEqual({
      name: 'journal',
      result: 'not-checked',
      detail: "can't be read: a command on the host did not end within 60 s",
    });
  });

  it('asks a host again that was away for a moment', async () => {
    let away = 2;
    const host = scriptedHost({
      connect: async () => {
        away -= 1;
        if (away >= 0) throw new HostError('unknown', 'the connection to the host was lost');
      },
    });
    const { advance, run, waits } = stage(VERIFYING, { host, deps: { probe: healthyProbe } });

    await advance();

    expect((await run()).state).toBe('succeeded');
    expect(waits).toEqual([5_000, 5_000]);
    expect(host.open()).toBe(0);
  });

  it('needs a person at once when the host is another one', async () => {
    const host = scriptedHost({
      connect: async () => {
        throw new HostError('host-key-changed', 'its key is another one');
      },
    });
    const { advance, run, waits } = stage(VERIFYING, { host });

    await advance();

    expect((await run()).state).toBe('needs-decision');
    expect(waits).toEqual([]);
  });

  it('needs a person when the host cannot be asked what runs', async () => {
    const host = scriptedHost({
      connect: async () => {
        throw new HostError('unreachable', 'no route to host');
      },
    });
    const { advance, run } = stage(VERIFYING, { host });

    await advance();

    expect(await run()).toMatchObject({
      state: 'needs-decision',
      verification: {
        checks: [{ name: 'running code', result: 'failed', detail: "can't tell: no route to host" }, {}, {}],
      },
    });
  });
});
