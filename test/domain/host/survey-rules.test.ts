import { describe, expect, it } from 'vitest';
import { SOUND_FILE } from '../../../src/domain/host/environment-file.ts';
import type { Survey } from '../../../src/domain/host/survey.ts';
import { surveyRefusal } from '../../../src/domain/host/survey-rules.ts';
import type { Refusal } from '../../../src/domain/refusal.ts';
import { survey, unit } from '../../support/story/evidence.ts';
import { site } from '../../support/story/site.ts';

const ROOT = '/srv/sum/acme-kitchens';

const STOP = 'systemctl stop sum-acme-kitchens-gunicorn.service';

const START = 'systemctl start sum-acme-kitchens-gunicorn.service';

describe('the first look at a host', () => {
  it('lets a host pass that has everything', () => {
    expect(surveyRefusal(survey(), site())).toBeNull();
  });

  it.each<[string, Partial<Survey>, Refusal]>([
    [
      'the login is not the owner of the site',
      { user: 'ops' },
      {
        code: 'host-wrong-user',
        sentence: 'The bot logs in to web-1 as ops, but the site belongs to deploy.',
        next: "Set host.user to deploy and add the bot's key to that account.",
      },
    ],
    [
      'tools are missing',
      { missingTools: ['psql', 'pg_dump'] },
      {
        code: 'tools-missing',
        sentence: 'web-1 lacks psql, pg_dump.',
        next: 'Install what is missing and ask again.',
      },
    ],
    [
      'there is no gunicorn unit',
      { units: [] },
      {
        code: 'host-unsupported',
        sentence: 'web-1 has no gunicorn unit for this site.',
        next: 'Check the slug and the host in the configuration.',
      },
    ],
    [
      'sudo rights are missing, with the exact line that grants them',
      { missingRights: [STOP, START] },
      {
        code: 'rights-missing',
        sentence: `On web-1, deploy may not run with sudo: ${STOP}, ${START}.`,
        next: `Add to sudoers (visudo -f /etc/sudoers.d/rollback-bot):\ndeploy ALL=(root) NOPASSWD: /usr/bin/${STOP}, /usr/bin/${START}`,
      },
    ],
    [
      'only one right is missing, with a line for that one alone',
      { missingRights: [START], systemctl: '/bin/systemctl' },
      {
        code: 'rights-missing',
        sentence: `On web-1, deploy may not run with sudo: ${START}.`,
        next: `Add to sudoers (visudo -f /etc/sudoers.d/rollback-bot):\ndeploy ALL=(root) NOPASSWD: /bin/${START}`,
      },
    ],
    [
      'rights are missing for a unit that is not called as the platform calls it',
      { missingRights: ['systemctl stop web.socket', 'systemctl start web.socket'] },
      {
        code: 'rights-missing',
        sentence:
          'On web-1, deploy may not run with sudo: systemctl stop web.socket, systemctl start web.socket.',
        next: "The unit has another name than the platform gives it, so the bot writes no line for sudoers. If it is this site's, let deploy stop and start it.",
      },
    ],
    [
      'sudo asks for a terminal, although all rights are there',
      { sudoProblem: 'sorry, you must have a tty to run sudo' },
      {
        code: 'rights-missing',
        sentence: "On web-1, sudo doesn't work for deploy. It says: sorry, you must have a tty to run sudo.",
        next: 'sudo asks for a terminal there, and the bot has none. Add to sudoers (visudo -f /etc/sudoers.d/zz-rollback-bot):\nDefaults:deploy !requiretty',
      },
    ],
    [
      'sudo has lost its owner or its bit',
      { sudoProblem: '/usr/bin/sudo must be owned by uid 0 and have the setuid bit set' },
      {
        code: 'rights-missing',
        sentence:
          "On web-1, sudo doesn't work for deploy. It says: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set.",
        next: 'Give sudo back to root, as root on the host: chown root:root /usr/bin/sudo && chmod 4755 /usr/bin/sudo. Then ask again.',
      },
    ],
    [
      'sudo does not accept the account',
      {
        sudoProblem:
          'Account expired or PAM config lacks an "account" section for sudo, contact your system administrator',
      },
      {
        code: 'rights-missing',
        sentence:
          'On web-1, sudo doesn\'t work for deploy. It says: Account expired or PAM config lacks an "account" section for sudo, contact your system administrator.',
        next: 'The account of deploy is locked or expired there. Look at it, as root on the host: chage -l deploy; passwd -S deploy. Then ask again.',
      },
    ],
    [
      'sudo does not work for another reason',
      { sudoProblem: 'no valid sudoers sources found, quitting' },
      {
        code: 'rights-missing',
        sentence:
          "On web-1, sudo doesn't work for deploy. It says: no valid sudoers sources found, quitting.",
        next: "No rule for deploy helps as long as sudo itself doesn't work. Try it on the host as deploy: sudo -n -l. Then ask again.",
      },
    ],
    [
      'systemd cannot read .env',
      { environmentFile: { ...SOUND_FILE, unreadable: 'line 12 is not UTF-8' } },
      {
        code: 'environment-unreadable',
        sentence:
          "systemd can't read the site's .env: line 12 is not UTF-8. A unit that names it could not start.",
        next: `Correct ${ROOT}/.env and ask again.`,
      },
    ],
    [
      'a unit starts a program of another environment',
      { units: [unit('gunicorn', { foreignExecutable: '/opt/shared/bin/gunicorn' })] },
      {
        code: 'host-unsupported',
        sentence:
          "sum-acme-kitchens-gunicorn.service starts /opt/shared/bin/gunicorn, which is not in the site's venv. Switching the environment would change nothing.",
        next: "Make the unit start its program from the site's venv/bin, or roll back by hand.",
      },
    ],
    [
      'something in the code belongs to somebody else',
      { foreignOwned: '/srv/sum/acme-kitchens/app/.git/index (root)' },
      {
        code: 'wrong-owner',
        sentence:
          '/srv/sum/acme-kitchens/app/.git/index (root) does not belong to deploy, so git or collectstatic would fail while the site is down.',
        next: 'Give it back, on the host: sudo chown -R deploy: /srv/sum/acme-kitchens/app /srv/sum/acme-kitchens/static. Then ask again.',
      },
    ],
    [
      'it cannot be seen where gunicorn listens',
      { bind: null },
      {
        code: 'host-unsupported',
        sentence: "Can't tell which address gunicorn listens on.",
        next: 'Give the unit an explicit --bind and ask again.',
      },
    ],
    [
      'somebody holds the deploy lock',
      { lockFree: false },
      {
        code: 'lock-held',
        sentence: 'Someone is deploying or repairing this site right now (deploy.lock is held).',
        next: 'Wait until they are done, or find out who it is.',
      },
    ],
    [
      'git is locked',
      { indexLocked: true },
      {
        code: 'lock-held',
        sentence: "A git command is running in the site's repository, or was killed there.",
        next: 'If nobody is working there, remove /srv/sum/acme-kitchens/app/.git/index.lock.',
      },
    ],
    [
      'files were changed by hand',
      { dirtyFiles: ['a.py', 'b.py'] },
      {
        code: 'dirty-tree',
        sentence: 'Someone changed files on the host by hand: a.py, b.py.',
        next: 'Look at them with: git -C /srv/sum/acme-kitchens/app diff. Commit, move or discard them, and ask again.',
      },
    ],
    [
      'many files were changed by hand, of which it names five',
      { dirtyFiles: ['a', 'b', 'c', 'd', 'e', 'f'] },
      {
        code: 'dirty-tree',
        sentence: 'Someone changed files on the host by hand: a, b, c, d, e and others.',
        next: 'Look at them with: git -C /srv/sum/acme-kitchens/app diff. Commit, move or discard them, and ask again.',
      },
    ],
    [
      'the disk is a byte too full, without rounding that up to enough',
      { freeBytes: 500 * 1024 * 1024 - 1 },
      {
        code: 'disk-space',
        sentence: "The site's disk has 499 MB free; a rollback needs at least 500 MB.",
        next: 'Free some space: du -xh /srv/sum/acme-kitchens | sort -h | tail.',
      },
    ],
  ])('refuses when %s', (_, facts, refused) => {
    expect(surveyRefusal(survey(facts), site())).toEqual(refused);
  });

  it.each<[string, Partial<Survey>]>([
    ['its systemctl', { systemctl: '/home/deploy/bin/systemctl' }],
    [
      'its systemctl, with a line of its own',
      { systemctl: '/usr/bin/systemctl\n%users ALL=(ALL) NOPASSWD: ALL' },
    ],
    ['nothing', { systemctl: null }],
    ['its user', { user: 'ALL', owner: 'ALL' }],
    ['more rights', { missingRights: ['systemctl stop sshd', 'ALL', STOP, `${STOP}, /bin/sh`] }],
    ['the same right twice, once with a comma', { missingRights: [STOP, `systemctl stop a, /bin/sh`] }],
  ])('writes a line of sudoers of its own, whatever a host names as %s', (_, said) => {
    const facts = survey({ missingRights: [STOP], ...said });

    expect(surveyRefusal(facts, site())?.next).toBe(
      `Add to sudoers (visudo -f /etc/sudoers.d/rollback-bot):\ndeploy ALL=(root) NOPASSWD: /usr/bin/${STOP}`,
    );
  });

  it('names the wrong login before anything that a wrong login cannot see', () => {
    const nothingRight = survey({ user: 'ops', missingRights: [STOP], dirtyFiles: ['a'], lockFree: false });

    expect(surveyRefusal(nothingRight, site())?.code).toBe('host-wrong-user');
  });

  it('takes a disk that has exactly what is needed', () => {
    expect(surveyRefusal(survey({ freeBytes: 500 * 1024 * 1024 }), site())).toBeNull();
  });
});
