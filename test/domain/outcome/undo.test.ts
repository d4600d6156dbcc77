import { describe, expect, it } from 'vitest';
import { foldRun } from '../../../src/domain/lifecycle/fold.ts';
import { chooseUndone, effectOf } from '../../../src/domain/outcome/undo.ts';
import type { Mode } from '../../../src/domain/plan/mode.ts';
import type { RunEvent, StoredEvent } from '../../../src/domain/run/event.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { asBefore, undoJournalCheck } from '../../../src/domain/verification/undo-checks.ts';
import { HASH, SEAL } from '../../support/fakes/signer.ts';
import { healthy, unhealthy } from '../../support/story/evidence.ts';
import { ended, eventsTo, plan, steps } from '../../support/story/run.ts';
import { BOB, request, T } from '../../support/story/site.ts';

const WHOLE = ['stop', 'safety-backup', 'checkout', 'restore', 'environment', 'static'] as const;

/** `acme-kitchens-<number>` with these events; `undo`: the number of the run that it takes back. */
function run(number: number, events: readonly RunEvent[], undo?: number): Run {
  const asked = request(undo === undefined ? {} : { version: null, undo: `acme-kitchens-${undo}` });
  const all: readonly RunEvent[] = [{ type: 'requested', request: asked }, ...events];
  return foldRun(
    `acme-kitchens-${number}`,
    all.map((event, seq): StoredEvent => ({ seq, at: T.planned, hash: HASH, seal: SEAL, event })),
  );
}

const succeeded = (number: number, undo?: number) => run(number, eventsTo('succeeded'), undo);

const failed = (number: number) => run(number, eventsTo('failed'));

const denied = (number: number) => run(number, eventsTo('denied'));

/** Closed by a person after these steps; the last of them with this exit code. */
function closed(number: number, done: readonly string[], code = 0, mode: Mode = 'full', by?: RunEvent): Run {
  const of = plan(mode);
  return run(number, [
    ...eventsTo('switching', of),
    ...steps(...done.map((name, index) => [name, index === done.length - 1 ? code : 0] as const)),
    ended('hold', done.at(-1) ?? 'restore', code),
    by ?? { type: 'closed', by: BOB },
  ]);
}

describe('what a run has left on its site', () => {
  it.each<[string, Run, ReturnType<typeof effectOf>]>([
    ['succeeded', succeeded(7), 'changed'],
    ['was put back', failed(7), 'nothing'],
    ['was denied', denied(7), 'nothing'],
    ['has not ended', run(7, eventsTo('switching')), 'nothing'],
    ['was closed when all was in place', closed(7, WHOLE, 1), 'changed'],
    ['was closed after the restore', closed(7, ['stop', 'safety-backup', 'checkout', 'restore']), 'half-way'],
    ['was closed where the restore failed', closed(7, ['stop', 'checkout', 'restore'], 3), 'half-way'],
    ['was closed while it was going back', closed(7, [...WHOLE, 'put-back-stop'], 1), 'half-way'],
    [
      'was closed with its code in place',
      closed(7, ['stop', 'checkout', 'environment'], 0, 'code-only'),
      'changed',
    ],
    ['was closed before anything was stopped', closed(7, ['recheck'], 1), 'nothing'],
  ])('where it %s', (_, one, effect) => {
    expect(effectOf(one)).toBe(effect);
  });
});

describe('which run an undo takes back', () => {
  it.each<[string, readonly Run[], number | null, number]>([
    ['the newest that changed the site', [denied(9), failed(8), succeeded(7)], null, 7],
    ['the newest by its name', [succeeded(8), succeeded(7)], 8, 8],
    ['the newest also where it is an undo', [succeeded(8, 7), succeeded(7)], null, 8],
    ['the undo of an undo', [succeeded(8, 7), succeeded(7)], 8, 8],
    ['the one that stands when the newer is taken back', [succeeded(9, 8), succeeded(8), succeeded(7)], 7, 7],
    [
      'the one that was taken back and put in place again',
      [succeeded(9, 8), succeeded(8, 7), succeeded(7)],
      7,
      7,
    ],
  ])('is %s', (_, runs, wanted, chosen) => {
    const choice = chooseUndone(runs, 'Acme Kitchens', wanted === null ? null : `acme-kitchens-${wanted}`);

    expect(choice).toMatchObject({ kind: 'undo', run: { id: `acme-kitchens-${chosen}` } });
  });

  it.each<[readonly Run[], number | null, string, string]>([
    [
      [],
      null,
      'The bot has no record of a rollback that changed Acme Kitchens.',
      'Type /rollback status to see the newest runs.',
    ],
    [
      [succeeded(7)],
      3,
      'acme-kitchens-3 is not among the newest runs of Acme Kitchens.',
      'Type /rollback status to see them.',
    ],
    [
      [run(8, eventsTo('switching')), succeeded(7)],
      8,
      'acme-kitchens-8 has not ended yet.',
      'Wait until it has ended, or cancel it: /rollback cancel acme-kitchens-8',
    ],
    [
      [failed(8), succeeded(7)],
      8,
      'acme-kitchens-8 failed, and Acme Kitchens is as it was before.',
      'There is nothing to undo.',
    ],
    [[denied(8)], 8, 'acme-kitchens-8 changed nothing (denied).', 'There is nothing to undo.'],
    [
      [succeeded(8), succeeded(7)],
      7,
      'acme-kitchens-8 changed Acme Kitchens after acme-kitchens-7.',
      'Undo the newest first: /rollback undo acme-kitchens-8',
    ],
    [
      [succeeded(8, 7), succeeded(7)],
      7,
      'acme-kitchens-8 has already undone acme-kitchens-7.',
      'To take that back, type /rollback undo acme-kitchens-8',
    ],
    [
      [closed(8, ['stop', 'checkout', 'restore'], 3), succeeded(7)],
      null,
      'acme-kitchens-8 was closed halfway: the site is neither on its target nor back on what it ran before.',
      "Roll back to a version instead. The run's directory on the host still has safety.sql.gz and venv-before.",
    ],
    [
      [
        closed(8, ['stop', 'checkout', 'restore'], 3, 'full', {
          type: 'taken-over',
          by: BOB,
          commands: 'ssh …',
        }),
        succeeded(7),
      ],
      8,
      "Someone took acme-kitchens-8 over by hand halfway, and the bot can't tell what they did after that.",
      "Roll back to a version instead. The run's directory on the host still has safety.sql.gz and venv-before.",
    ],
  ])('is none, and the answer says why (%#)', (runs, wanted, sentence, next) => {
    const choice = chooseUndone(runs, 'Acme Kitchens', wanted === null ? null : `acme-kitchens-${wanted}`);

    expect(choice).toMatchObject({ kind: 'refused', refusal: { sentence, next } });
  });
});

describe('the proof of an undo', () => {
  const sick = { name: 'health', result: 'failed', detail: '503 unhealthy' } as const;
  const before = { run: 'acme-kitchens-7', healthBefore: unhealthy };

  it('takes a health for good that is the one of before', () => {
    expect(asBefore([sick], unhealthy, before)).toEqual([
      { name: 'health', result: 'passed', detail: '503 unhealthy, as before acme-kitchens-7' },
    ]);
  });

  it.each([
    ['the site was well before', sick, unhealthy, { ...before, healthBefore: healthy }],
    ['it answers something else', sick, { ...unhealthy, word: 'no health report' }, before],
    [
      'nothing answers, as before',
      sick,
      { ...unhealthy, status: null },
      { ...before, healthBefore: { ...unhealthy, status: null } },
    ],
    [
      'a kept report says that all is well',
      { ...sick, detail: '200 ok, kept' },
      healthy,
      { ...before, healthBefore: healthy },
    ],
  ])('leaves it to people where %s', (_, check, health, undo) => {
    expect(asBefore([check], health, undo)).toEqual([check]);
  });

  it('leaves every other check as it is', () => {
    const home = { name: 'homepage', result: 'failed', detail: '500 text/html' } as const;

    expect(asBefore([home], unhealthy, before)).toEqual([home]);
  });

  const known = {
    run: 'acme-kitchens-7',
    errorsBefore: [{ what: 'TypeError in website/views.py', count: 2 }],
  };

  it.each([
    [null, 'not-checked', "the bot can't read it: no lines, or no right to read them"],
    [[], 'passed', 'no errors since the switch'],
    [
      [{ what: 'TypeError in website/views.py', count: 1 }],
      'passed',
      'only errors that were there before acme-kitchens-7: 1 x TypeError in website/views.py',
    ],
    [
      [
        { what: 'TypeError in website/views.py', count: 1 },
        { what: 'KeyError', count: 3 },
      ],
      'failed',
      'new since the switch: 3 x KeyError',
    ],
  ] as const)('asks people about errors that were not there before: %j', (since, result, detail) => {
    expect(undoJournalCheck(known, since)).toEqual({ name: 'journal', result, detail });
  });
});
