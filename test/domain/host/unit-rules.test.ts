import { describe, expect, it } from 'vitest';
import { elsewhereRefusal, startWarnings, unitRefusal } from '../../../src/domain/host/unit-rules.ts';
import type { StartLimit, UnitStart } from '../../../src/domain/host/unit-start.ts';
import { survey } from '../../support/story/evidence.ts';
import { site } from '../../support/story/site.ts';
import { unitStart } from '../../support/story/unit-start.ts';

const NAME = 'sum-acme-kitchens-gunicorn.service';
const HIT: StartLimit = { burst: 4, seconds: 600, isHit: true, sinceLastStart: 120, restarts: true };

const judged = (more: Partial<UnitStart>) => unitRefusal(survey({ starts: [unitStart(NAME, more)] }), site());

describe('what systemd would refuse', () => {
  it.each<[string, Partial<UnitStart>, string]>([
    ['a masked unit', { load: 'masked', masked: true }, `${NAME} is masked, so systemd refuses to start it.`],
    [
      'a file that systemd cannot read',
      { load: 'bad-setting', problem: 'Unit has a bad unit file setting.' },
      `systemd can't read the file of ${NAME} (bad-setting: Unit has a bad unit file setting.), so it refuses to start it.`,
    ],
    [
      'a unit that may not be stopped',
      { refusesStop: true },
      `${NAME} may not be stopped by hand: its file says RefuseManualStop=yes.`,
    ],
    [
      'a unit that may not be started',
      { refusesStart: true },
      `${NAME} may not be started by hand: its file says RefuseManualStart=yes.`,
    ],
    [
      'a condition',
      { conditions: ['ConditionPathExists=!/srv/maintenance'] },
      `systemd would not start ${NAME} now: its file says ConditionPathExists=!/srv/maintenance, and that does not hold.`,
    ],
    [
      'a unit that it needs and that is masked',
      { needs: { 'redis-server.service': 'masked' } },
      `systemd would not start ${NAME} now: it needs redis-server.service, which is masked.`,
    ],
    [
      'a unit that it has given up',
      { limit: HIT, mayReset: false },
      `systemd has given up on ${NAME} after 4 starts within 10 minutes, and refuses to start it until that time is over. Only reset-failed ends that, and deploy may not run it with sudo.`,
    ],
    [
      'a unit that it has given up for good',
      { limit: { ...HIT, seconds: null }, mayReset: false },
      `systemd has given up on ${NAME} after 4 starts within one boot, and refuses to start it. Only reset-failed ends that, and deploy may not run it with sudo.`,
    ],
    [
      'a unit whose starts a bad target could use up',
      { limit: { ...HIT, isHit: false, burst: 1, seconds: 3600 }, mayReset: false },
      `systemd allows ${NAME} only 1 start within 1 hour. If the target dies again and again, it uses them up, and then systemd refuses the previous code as well. Only reset-failed ends that, and deploy may not run it with sudo.`,
    ],
  ])('is named: %s', (_, more, sentence) => {
    expect(judged(more)?.sentence).toBe(sentence);
  });

  it('comes with the line that grants reset-failed and nothing more', () => {
    expect(judged({ limit: HIT, mayReset: false })?.next).toBe(
      `Add to sudoers (visudo -f /etc/sudoers.d/rollback-bot):\ndeploy ALL=(root) NOPASSWD: /usr/bin/systemctl reset-failed ${NAME}`,
    );
  });

  it.each<[string, Partial<UnitStart>]>([
    ['nothing is wrong', {}],
    ['the bot may reset the count', { limit: HIT, mayReset: true }],
    [
      'the time is over before anything is started',
      { limit: { ...HIT, seconds: 10, sinceLastStart: 5 }, mayReset: false },
    ],
    [
      'systemd counts no longer than the program waits',
      { limit: { ...HIT, isHit: false, seconds: 10 }, mayReset: false },
    ],
    ['systemd does not restart it', { limit: { ...HIT, isHit: false, restarts: false }, mayReset: false }],
  ])('is nothing if %s', (_, more) => {
    expect(judged(more)).toBeNull();
  });
});

describe('a start that people may not expect', () => {
  it('is named', () => {
    const starts = [unitStart(NAME, { stale: true, stops: ['maintenance.service'] })];
    expect(startWarnings(survey({ starts, application: null }))).toEqual([
      `The bot doesn't understand how ${NAME} starts the application, so it can't try whether the target starts.`,
      `The file of ${NAME} was changed, and systemd has not read it since: a start uses what it read before. To use the file, on the host: sudo systemctl daemon-reload. Then ask again.`,
      `A start of ${NAME} stops maintenance.service (Conflicts=).`,
    ]);
  });
});

describe('a target with a gunicorn configuration of its own', () => {
  const target = survey().live;

  it('is refused if it moves the site', () => {
    expect(elsewhereRefusal(survey(), target, ['127.0.0.1:9000'])?.sentence).toBe(
      'v0.6.0 (66666666) has its own gunicorn configuration: with it, gunicorn would listen on 127.0.0.1:9000. The site is asked at 127.0.0.1:8001, so nobody would find it.',
    );
  });

  it('is fine if it does not, or if systemd listens', () => {
    const { bind, units } = survey();
    const socket = {
      ...units[0],
      name: 'sum-acme-kitchens-gunicorn.socket',
      kind: 'socket',
    } as (typeof units)[0];
    expect(elsewhereRefusal(survey(), target, null)).toBeNull();
    expect(elsewhereRefusal(survey(), target, ['127.0.0.1:9000', bind ?? ''])).toBeNull();
    expect(elsewhereRefusal(survey({ units: [...units, socket] }), target, ['127.0.0.1:9000'])).toBeNull();
  });
});
