import { describe, expect, it } from 'vitest';
import { type ProofFacts, proofChecks } from '../../src/domain/proof.ts';
import { commitOf, LIVE, plan, TARGET } from '../support/builders.ts';

const ROOT = '/srv/sum/acme-kitchens';
const SINCE = 1_772_331_600;
const GUNICORN = 'sum-acme-kitchens-gunicorn.service';

type Unit = ProofFacts['units'][number];

function unit(more: Partial<Unit> = {}): Unit {
  return {
    name: GUNICORN,
    active: 'active',
    sub: 'running',
    steady: true,
    process: { cwd: `${ROOT}/app`, startedAt: SINCE + 5 },
    ...more,
  };
}

function facts(more: Partial<ProofFacts> = {}): ProofFacts {
  return {
    head: TARGET,
    dirty: false,
    venv: `${ROOT}/.rollback-bot/venvs/${TARGET}`,
    installed: { 'sum-core': commitOf('c'), gunicorn: '22.0.0' },
    units: [unit()],
    journal: { [GUNICORN]: ['Booting worker with pid: 12'] },
    ...more,
  };
}

function check(name: string, more: Partial<ProofFacts>, of = plan()) {
  return proofChecks(facts(more), of, ROOT, SINCE).find((one) => one.name === name);
}

describe('the proof', () => {
  it('has one line each for code, packages, every unit and the journal', () => {
    expect(proofChecks(facts(), plan(), ROOT, SINCE)).toEqual([
      { name: 'code', result: 'passed', detail: 'commit 55555555, working tree clean' },
      { name: 'packages', result: 'passed', detail: 'sum-core cccccccc, gunicorn 22.0.0' },
      {
        name: GUNICORN,
        result: 'passed',
        detail: `started after the checkout, runs in ${ROOT}/app, stays up`,
      },
      { name: 'journal', result: 'passed', detail: 'no errors since the switch' },
    ]);
  });

  it.each<[string, Partial<ProofFacts>, string]>([
    ['the code is another', { head: LIVE }, 'the checkout is at 66666666, not at 55555555'],
    ['git does not answer', { head: null }, 'the checkout is at nothing, not at 55555555'],
    ['files were changed', { dirty: true }, 'the working tree has changes'],
  ])('fails when %s', (_, more, detail) => {
    expect(check('code', more)).toEqual({ name: 'code', result: 'failed', detail });
  });

  it('expects the live code after a restore of the database only', () => {
    expect(check('code', { head: LIVE }, plan('database-only'))?.result).toBe('passed');
    expect(check('code', { head: TARGET }, plan('database-only'))?.result).toBe('failed');
  });

  it.each<[string, ProofFacts['installed'], string]>([
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

  it('says that the packages are unchanged when only the database went back', () => {
    expect(check('packages', { installed: {} }, plan('database-only'))?.detail).toBe('unchanged');
  });

  it.each<[string, Partial<Unit>, string]>([
    ['is not up', { active: 'failed', sub: 'failed' }, 'is failed (failed)'],
    ['does not stay up', { steady: false }, 'was restarted while it was being watched'],
    [
      'was never restarted',
      { process: { cwd: `${ROOT}/app`, startedAt: SINCE - 3600 } },
      'is still the process from before the switch',
    ],
    [
      'runs somewhere else',
      { process: { cwd: '/srv/old', startedAt: SINCE + 5 } },
      `runs in /srv/old, not in ${ROOT}/app`,
    ],
  ])('fails when a service %s', (_, more, detail) => {
    expect(check(GUNICORN, { units: [unit(more)] })).toEqual({ name: GUNICORN, result: 'failed', detail });
  });

  it('does not claim what it cannot see', () => {
    expect(check(GUNICORN, { units: [unit({ process: null })] })).toEqual({
      name: GUNICORN,
      result: 'not-checked',
      detail: 'its process cannot be seen',
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
  const journal = (...lines: string[]) => check('journal', { journal: { [GUNICORN]: lines } });

  it.each([
    '{"level": "ERROR", "message": "boom"}',
    '{"level":"CRITICAL","message":"boom"}',
    '[2026-03-01 02:20:00 +0000] [12] [ERROR] Worker failed to boot',
    'django.db.utils.OperationalError: connection refused',
    'Traceback (most recent call last):',
    '10.0.0.9 - - [01/Mar/2026] "GET / HTTP/1.1" 500 145 "-" "curl"',
    '10.0.0.9 - - [01/Mar/2026] "GET / HTTP/1.1" 500 - "-" "curl"',
  ])('shows what looks like an error for a person to judge: %s', (line) => {
    expect(journal('fine', line)).toEqual({
      name: 'journal',
      result: 'not-checked',
      detail: `a line looks like an error: ${line}`,
    });
  });

  it.each(['GET /errors/ HTTP/1.1" 200 500', '{"level": "INFO", "message": "0 errors"}'])(
    'is not alarmed by %s',
    (line) => {
      expect(journal(line)?.result).toBe('passed');
    },
  );

  it('counts the lines and shows only the beginning of the first', () => {
    const detail = journal(`ERROR ${'x'.repeat(500)}`, 'ERROR again')?.detail;

    expect(detail).toBe(`2 lines look like errors; the first: ERROR ${'x'.repeat(194)}`);
  });

  it('is not passed when nothing can be read', () => {
    expect(check('journal', { journal: { [GUNICORN]: null } })).toEqual({
      name: 'journal',
      result: 'not-checked',
      detail: 'nothing in it can be read: no lines, or no right to them',
    });
  });
});
