import { describe, expect, it } from 'vitest';
import type { HealthReading } from '../../../src/domain/host/health.ts';
import { causeRefusal, causeWarnings, certificateWarning } from '../../../src/domain/host/outside-causes.ts';
import type { Survey, UnitState } from '../../../src/domain/host/survey.ts';
import { healthy, survey, unit } from '../../support/story/builders.ts';

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
      'Start Redis first, on the host: sudo systemctl start redis-server, and try: redis-cli ping. Ask again only if something is still wrong then.',
    ],
    [
      'is a Redis that does not answer beside what a rollback may cure',
      failing('db', 'cache', 'celery'),
      SILENT,
      'Start Redis first, on the host: sudo systemctl start redis-server, and try: redis-cli ping. Then ask again: the health page does not pass db either, and a rollback may cure that.',
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
      'has failed: its program cannot be started (203/EXEC); look whether it is in venv/bin.',
    ],
    [
      'a unit that ends again and again',
      { active: 'activating', sub: 'auto-restart', result: 'exit-code', exitStatus: 3, restarts: 12 },
      'does not stay up, and systemd has restarted it 12 times: its last exit code was 3.',
    ],
    [
      'a unit that was killed for its memory',
      { active: 'failed', sub: 'failed', result: 'oom-kill', exitStatus: 9 },
      'has failed: the host had no memory left for it.',
    ],
    [
      'a unit that systemd gave up',
      { active: 'failed', sub: 'failed', result: 'start-limit-hit', exitStatus: 1 },
      'has failed: it died so often that systemd gave up.',
    ],
    [
      'a unit that lives for the moment',
      { restarts: 3 },
      'runs right now, but systemd has restarted it 3 times.',
    ],
    ['a unit that somebody stopped', { active: 'inactive', sub: 'dead' }, 'does not run (inactive).'],
  ])('names %s', (_, more, words) => {
    expect(warnings({ health: healthy, units: [unit('gunicorn', more)] })).toEqual([
      `sum-acme-kitchens-gunicorn.service ${words}`,
    ]);
  });

  it.each<[string, Partial<Survey>, string]>([
    [
      'a Redis that is silent while the health page does not say so',
      { health: healthy, redis: SILENT },
      "Redis at localhost:6379 does not run: nothing listens there. If the target's health page needs it, the rollback is put back.",
    ],
    [
      'a cache that fails although Redis answers',
      { health: failing('cache'), redis: ANSWERS },
      'The health page does not pass cache alone, and Redis at localhost:6379 answers. If the target uses the cache in the same way, it is not healthy either.',
    ],
    [
      'a unit that the bot leaves alone',
      { health: healthy, otherUnits: ['sum-acme-kitchens-beat.timer'] },
      'sum-acme-kitchens-beat.timer is neither stopped nor started by the bot: it goes on with the code and data that it has.',
    ],
    [
      'a domain that the site does not take for its own',
      { health: { status: 400, word: 'no health report', failing: [] } },
      'On the host itself the health page answers 400 to acme-kitchens.example: is that in ALLOWED_HOSTS of .env? If the target does the same, the rollback is put back.',
    ],
  ])('names %s', (_, more, words) => {
    expect(warnings(more)).toEqual([words]);
  });
});

describe('a certificate that visitors do not accept', () => {
  const outside = (word: string): HealthReading => ({ status: null, word, failing: [] });

  it('is named while the host itself answers', () => {
    expect(certificateWarning(outside('certificate has expired'), healthy)).toEqual([
      'From outside, HTTPS fails by its certificate (certificate has expired). A rollback does not change that: visitors keep seeing it until the certificate is renewed.',
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
