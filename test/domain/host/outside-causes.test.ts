import { describe, expect, it } from 'vitest';
import type { HealthReading } from '../../../src/domain/host/health.ts';
import { causeRefusal, causeWarnings, certificateWarning } from '../../../src/domain/host/outside-causes.ts';
import type { Survey, UnitState } from '../../../src/domain/host/survey.ts';
import { healthy, survey, unit } from '../../support/story/evidence.ts';

const SILENT = { address: 'localhost:6379', problem: 'does not run: nothing listens there' };

const ANSWERS = { address: 'localhost:6379', problem: null };

const failing = (...names: string[]): HealthReading => ({ status: 503, word: 'unhealthy', failing: names });

const warnings = (more: Partial<Survey>) => causeWarnings(survey(more), 'acme-kitchens.example');

describe('a cause that no rollback cures', () => {
  it.each<[string, HealthReading, Survey['redis'], string | null]>([
    ['is none where the site is well', healthy, ANSWERS, null],
    ['is none where the health page does not ask Redis', failing('leads'), SILENT, null],
    ['is none where Redis answers: the code may use it wrongly', failing('cache'), ANSWERS, null],
    ['is not assumed where .env names no Redis', failing('cache'), null, null],
    [
      'is a Redis that the health page needs and that does not answer',
      failing('cache', 'celery'),
      SILENT,
      'Start Redis on the host first: sudo systemctl start redis-server. Check it with: redis-cli ping. Ask again only if the site is still unhealthy.',
    ],
    [
      'is a Redis that does not answer beside what a rollback may cure',
      failing('db', 'cache', 'celery'),
      SILENT,
      'Start Redis on the host first: sudo systemctl start redis-server. Check it with: redis-cli ping. Then ask again: the health page also fails db, and a rollback may cure that.',
    ],
  ])('%s', (_, health, redis, next) => {
    expect(causeRefusal({ health, redis })?.next ?? null).toBe(next);
  });

  it('is said with what was seen', () => {
    expect(causeRefusal({ health: failing('cache'), redis: SILENT })).toMatchObject({
      code: 'cause-elsewhere',
      sentence:
        "Redis at localhost:6379 does not run: nothing listens there. The health page needs it (not ok: cache), so no version of the site's code can be healthy now.",
    });
  });
});

describe('what the host has against it', () => {
  it('is nothing where all is well', () => {
    expect(warnings({ health: healthy })).toEqual([]);
  });

  it.each<[string, Partial<UnitState>, string]>([
    [
      'a program that is not there',
      { active: 'failed', sub: 'failed', result: 'exit-code', exitStatus: 203 },
      "has failed: systemd can't start its program (203/EXEC); check that it is in venv/bin.",
    ],
    [
      'a unit that ends again and again',
      { active: 'activating', sub: 'auto-restart', result: 'exit-code', exitStatus: 3, restarts: 12 },
      'does not stay up, and systemd has restarted it 12 times: its last exit code was 3.',
    ],
    [
      'a unit that was killed for its memory',
      { active: 'failed', sub: 'failed', result: 'oom-kill', exitStatus: 9 },
      'has failed: the host ran out of memory.',
    ],
    [
      'a unit that systemd gave up',
      { active: 'failed', sub: 'failed', result: 'start-limit-hit', exitStatus: 1 },
      'has failed: it died so often that systemd gave up.',
    ],
    [
      'a unit that lives for the moment',
      { restarts: 3 },
      'is running, but systemd has restarted it 3 times.',
    ],
    ['a unit that somebody stopped', { active: 'inactive', sub: 'dead' }, 'is not running (inactive).'],
  ])('names %s', (_, more, words) => {
    expect(warnings({ health: healthy, units: [unit('gunicorn', more)] })).toEqual([
      `sum-acme-kitchens-gunicorn.service ${words}`,
    ]);
  });

  it.each<[string, Partial<Survey>, string]>([
    [
      'a Redis that is silent while the health page does not say so',
      { health: healthy, redis: SILENT },
      "Redis at localhost:6379 does not run: nothing listens there. If the target's health page needs it, the rollback fails.",
    ],
    [
      'a cache that fails although Redis answers',
      { health: failing('cache'), redis: ANSWERS },
      "Nothing but cache fails on the health page, and Redis at localhost:6379 answers. If the target uses the cache the same way, it won't be healthy either.",
    ],
    [
      'a unit that the bot leaves alone',
      { health: healthy, otherUnits: ['sum-acme-kitchens-beat.timer'] },
      'The bot does not stop or start sum-acme-kitchens-beat.timer: it stays on the code and data that it has.',
    ],
    [
      'a domain that the site does not take for its own',
      { health: { status: 400, word: 'no health report', failing: [] } },
      'On the host, the health page answers 400 for acme-kitchens.example. Check ALLOWED_HOSTS in .env: if the target answers the same, the rollback fails.',
    ],
  ])('names %s', (_, more, words) => {
    expect(warnings(more)).toEqual([words]);
  });
});

describe('a certificate that visitors do not accept', () => {
  const outside = (word: string): HealthReading => ({ status: null, word, failing: [] });

  it('is named while the host itself answers', () => {
    expect(certificateWarning(outside('certificate has expired'), healthy)).toEqual([
      "From outside, HTTPS fails because of the certificate (certificate has expired). A rollback won't change that: visitors see the error until someone renews the certificate.",
    ]);
    expect(
      certificateWarning(outside("Hostname/IP does not match certificate's altnames: …"), healthy),
    ).toHaveLength(1);
  });

  it('is not the point where the host does not answer either, or where something else is wrong', () => {
    expect(certificateWarning(outside('certificate has expired'), outside('nothing answers'))).toEqual([]);
    expect(certificateWarning(outside('no answer within 10 s'), healthy)).toEqual([]);
    expect(certificateWarning(healthy, healthy)).toEqual([]);
  });
});
