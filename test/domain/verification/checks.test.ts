import { describe, expect, it } from 'vitest';
import { checksOnHost, journalCheck, type RunningFacts } from '../../../src/domain/verification/checks.ts';
import { commitOf, LIVE, TARGET } from '../../support/story/evidence.ts';
import { plan } from '../../support/story/run.ts';

const ROOT = '/srv/sum/acme-kitchens';
const PREPARED = `${ROOT}/.rollback-bot/venvs/${TARGET}`;
const SINCE = 1_772_331_600;
const GUNICORN = 'sum-acme-kitchens-gunicorn.service';

type Unit = RunningFacts['units'][number];
const AS_ITS_UNIT = { otherArguments: false, otherVariables: [] } as const;

function unit(more: Partial<Unit> = {}): Unit {
  return {
    name: GUNICORN,
    active: 'active',
    sub: 'running',
    steady: true,
    process: { cwd: `${ROOT}/app`, startedAt: SINCE + 5, program: `${ROOT}/venv/bin/python`, ...AS_ITS_UNIT },
    ...more,
  };
}

function facts(more: Partial<RunningFacts> = {}): RunningFacts {
  return {
    head: TARGET,
    dirty: false,
    unlikeFresh: null,
    venv: PREPARED,
    environment: PREPARED,
    installed: { 'sum-core': commitOf('c'), gunicorn: '22.0.0' },
    units: [unit()],
    ...more,
  };
}

function check(name: string, more: Partial<RunningFacts>, of = plan()) {
  return checksOnHost(facts(more), of, ROOT, SINCE).find((one) => one.name === name);
}

describe('the proof', () => {
  it('has one line each for code, packages and every unit', () => {
    expect(checksOnHost(facts(), plan(), ROOT, SINCE)).toEqual([
      { name: 'code', result: 'passed', detail: 'commit 55555555, working tree clean' },
      {
        name: 'packages',
        result: 'passed',
        detail: 'sum-core cccccccc, gunicorn 22.0.0, from the prepared environment',
      },
      {
        name: GUNICORN,
        result: 'passed',
        detail: `started after the checkout, runs in ${ROOT}/app, stays up`,
      },
    ]);
  });

  it.each<[string, Partial<RunningFacts>, string]>([
    ['the code is another', { head: LIVE }, 'the checkout is at 66666666, not at 55555555'],
    ['git does not answer', { head: null }, 'the checkout is at nothing, not at 55555555'],
    ['files were changed', { dirty: true }, 'the working tree has changes'],
    ['a submodule is empty', { unlikeFresh: 'the submodule theme is empty' }, 'the submodule theme is empty'],
  ])('fails when %s', (_, more, detail) => {
    expect(check('code', more)).toEqual({ name: 'code', result: 'failed', detail });
  });

  it('expects the live code after a restore of the database only', () => {
    expect(check('code', { head: LIVE }, plan('database-only'))?.result).toBe('passed');
    expect(check('code', { head: TARGET }, plan('database-only'))?.result).toBe('failed');
  });

  it.each<[string, RunningFacts['installed'], string]>([
    [
      'pip silently kept another commit',
      { 'sum-core': commitOf('9'), gunicorn: '22.0.0' },
      `sum-core is ${commitOf('9')}, not ${commitOf('c')}`,
    ],
    [
      'a package is missing',
      { 'sum-core': commitOf('c'), gunicorn: null },
      'gunicorn is missing, not 22.0.0',
    ],
  ])('fails when %s', (_, installed, detail) => {
    expect(check('packages', { installed })).toEqual({ name: 'packages', result: 'failed', detail });
  });

  it('fails when venv does not lead to the prepared environment', () => {
    expect(check('packages', { venv: `${ROOT}/venv` })).toEqual({
      name: 'packages',
      result: 'failed',
      detail: `venv points to ${ROOT}/venv, not to the prepared ${PREPARED}`,
    });
  });

  it.each([
    [`${PREPARED}/bin/python`, 'passed'],
    [`${ROOT}/venv/bin/python`, 'passed'],
    ['/usr/bin/python3', 'passed'],
    [null, 'passed'],
    [`${ROOT}/.rollback-bot/runs/acme-kitchens-6/venv-before/bin/python`, 'failed'],
  ] as const)('takes a service that runs %s as %s', (program, result) => {
    const process = { cwd: `${ROOT}/app`, startedAt: SINCE + 5, program, ...AS_ITS_UNIT };

    expect(check(GUNICORN, { units: [unit({ process })] })?.result).toBe(result);
  });

  it('says that the packages are unchanged when only the database went back', () => {
    expect(check('packages', { installed: {}, environment: null }, plan('database-only'))?.detail).toBe(
      'unchanged',
    );
  });

  it.each<[string, Partial<Unit>, string]>([
    ['is not up', { active: 'failed', sub: 'failed' }, 'is failed (failed)'],
    ['does not stay up', { steady: false }, 'restarted while the bot was watching it'],
    [
      'was never restarted',
      { process: { cwd: `${ROOT}/app`, startedAt: SINCE - 3600, program: null, ...AS_ITS_UNIT } },
      'is still the process from before the switch',
    ],
    [
      'runs somewhere else',
      { process: { cwd: '/srv/old', startedAt: SINCE + 5, program: null, ...AS_ITS_UNIT } },
      `runs in /srv/old, not in ${ROOT}/app`,
    ],
    [
      'was started with other words than its unit has',
      {
        process: {
          cwd: `${ROOT}/app`,
          startedAt: SINCE + 5,
          program: null,
          otherArguments: true,
          otherVariables: [],
        },
      },
      'runs with other arguments than its unit says now: it needs a restart',
    ],
    [
      'was started before .env was changed',
      {
        process: {
          cwd: `${ROOT}/app`,
          startedAt: SINCE + 5,
          program: null,
          otherArguments: false,
          otherVariables: ['DEBUG', 'PORT'],
        },
      },
      'runs with other values of DEBUG, PORT than its unit gives it now: it needs a restart',
    ],
  ])('fails when a service %s', (_, more, detail) => {
    expect(check(GUNICORN, { units: [unit(more)] })).toEqual({ name: GUNICORN, result: 'failed', detail });
  });

  it('does not claim what it cannot see', () => {
    expect(check(GUNICORN, { units: [unit({ process: null })] })).toEqual({
      name: GUNICORN,
      result: 'not-checked',
      detail: "the bot can't see its process",
    });
  });

  it('asks of a socket only that it listens', () => {
    const name = 'sum-acme-kitchens-gunicorn.socket';

    expect(check(name, { units: [unit({ name, sub: 'listening', process: null })] })).toEqual({
      name,
      result: 'passed',
      detail: 'listens',
    });
  });
});

describe('the journal in the proof', () => {
  const one = { what: 'TypeError in website/views.py', count: 14 };
  const other = { what: '500 GET /blog/', count: 2 };

  it.each<[string, Parameters<typeof journalCheck>, string, string]>([
    ['no errors', [[one], []], 'passed', 'no errors since the switch'],
    [
      'an error that was there before',
      [[one], [other, { ...one, count: 1 }]],
      'failed',
      'the same error still occurs: 1 x TypeError in website/views.py',
    ],
    ['an error that was not', [[one], [other]], 'failed', 'new since the switch: 2 x 500 GET /blog/'],
    ['nothing to compare with', [null, [other]], 'failed', 'errors since the switch: 2 x 500 GET /blog/'],
    [
      'nothing that can be read',
      [[one], null],
      'not-checked',
      "the bot can't read it: no lines, or no right to read them",
    ],
  ])('with %s', (_, [before, since], result, detail) => {
    expect(journalCheck(before, since)).toEqual({ name: 'journal', result, detail });
  });
});
