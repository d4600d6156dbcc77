import { describe, expect, test } from 'vitest';
import { SOUND_FILE } from '../../../src/domain/host/environment-file.ts';
import type { Survey } from '../../../src/domain/host/survey.ts';
import { surveyRefusal } from '../../../src/domain/host/survey-rules.ts';
import type { HostFacts, NoConnection } from '../../../src/entry/doctor/inspect-site.ts';
import { siteResults } from '../../../src/entry/doctor/site-checks.ts';
import { renderResult } from '../../../src/entry/parts/check-result.ts';
import { database, origin, site, survey } from '../fixtures.ts';

const NOW = '2026-01-12T12:00:00.000Z';
const healthy = { status: 200, word: 'ok', failing: [] };
const backup = {
  name: 'acme-kitchens_db_20260112T100000Z.sql.gz',
  bytes: 1,
  takenAt: '2026-01-12T10:00:00Z',
  slug: 'acme-kitchens',
  kind: 'database',
} as const;
const good: HostFacts = {
  hostKey: 'SHA256:pinned',
  origin: { answer: origin },
  survey: { answer: survey },
  database: { answer: database },
  backups: { answer: [backup] },
  kept: {
    answer: {
      safetyBackups: [{ run: 'acme-kitchens-7', at: '2026-01-12T09:00:00Z', bytes: 5 * 1024 ** 2 }],
      environments: [{ name: 'runs/acme-kitchens-7/venv-before', at: '2026-01-12T09:00:00Z' }],
    },
  },
};

const lines = (host: HostFacts | NoConnection, health: object = {}) =>
  siteResults(
    site,
    {
      host,
      health: { ...healthy, ...health },
      passwordProblem: null,
      secretProblem: null,
      pagerProblem: null,
    },
    NOW,
  )
    .map(renderResult)
    .join('');
const faults = (changed: Partial<HostFacts>, health: object = {}) =>
  notOk(lines({ ...good, ...changed }, health));
const notOk = (text: string) =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('ok '))
    .join('\n');
const surveyFaults = (changed: Partial<Survey>) => faults({ survey: { answer: { ...survey, ...changed } } });

test('all is well', () => {
  expect(
    lines(good),
  ).toBe(`ok    acme-kitchens@production: SSH to deploy@10.0.0.5:22, host key SHA256:pinned verified
ok    acme-kitchens@production: deploy owns /srv/sum/acme-kitchens/app
ok    acme-kitchens@production: tools: all there
ok    acme-kitchens@production: sudo: may stop and start the units
ok    acme-kitchens@production: units: sum-acme-kitchens-gunicorn.service (active), sum-acme-kitchens-celery.service (failed)
ok    acme-kitchens@production: .env: bash reads it
ok    acme-kitchens@production: deploy.lock: free
ok    acme-kitchens@production: code: no changes by hand
ok    acme-kitchens@production: disk: 4096 MB free
ok    acme-kitchens@production: git origin /srv/git/acme.git answers
ok    acme-kitchens@production: builds: kept away from .env, backups, processes and files of the site
ok    acme-kitchens@production: database sum_acme on 127.0.0.1:5432 answers, PostgreSQL 15.20, 8 MB
ok    acme-kitchens@production: backup: the newest is acme-kitchens_db_20260112T100000Z.sql.gz, 2 hours old (2026-01-12 10:00 UTC)
ok    acme-kitchens@production: kept for undo: safety backup of acme-kitchens-7 (3 hours old, 5 MB), environment runs/acme-kitchens-7/venv-before (3 hours old); limits: safety backups 3, environments 3
ok    acme-kitchens@production: health: http://10.0.0.5:8001/health/ says 200 ok
`);
});

describe('no connection', () => {
  test('an unknown key: the line to add, and to compare it first', () => {
    expect(
      notOk(
        lines({
          failure: 'host-key-unknown',
          why: 'the host key is not known',
          presented: 'SHA256:seen',
          jump: null,
        }),
      ),
    ).toBe(`FAIL  acme-kitchens@production: SSH: the host key is not known
      fix: add to host of acme-kitchens in the configuration: fingerprint: "SHA256:seen"
           but first compare it on the host itself, such as on the console of 10.0.0.5:
           for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done
`);
  });

  test('a changed key: no line to add', () => {
    expect(
      notOk(
        lines({
          failure: 'host-key-changed',
          why: 'it is another key',
          presented: 'SHA256:seen',
          jump: null,
        }),
      ),
    ).toBe(`FAIL  acme-kitchens@production: SSH: it is another key
      fix: if 10.0.0.5 was not rebuilt, someone may be intercepting the connection: tell whoever runs it before changing anything
           if it was, compare SHA256:seen on its console, then correct host.fingerprint or known_hosts
`);
  });

  test('a jump host is named, and what to do is about it', () => {
    const jump = { address: 'bastion.example', port: 2222, user: 'hop' };
    const behind = { ...site, host: { ...site.host, jump: [{ ...jump, port: 22 }, jump] } };
    const said = (failure: NoConnection['failure']) =>
      siteResults(
        behind,
        {
          host: { failure, why: 'no', presented: 'SHA256:seen', jump },
          health: healthy,
          passwordProblem: null,
          secretProblem: null,
          pagerProblem: null,
        },
        NOW,
      )
        .map(renderResult)
        .join('');

    expect(said('host-key-unknown')).toContain(
      'add to host.jump[1] of acme-kitchens in the configuration: fingerprint: "SHA256:seen"',
    );
    expect(said('host-key-changed')).toContain('then correct host.jump[1].fingerprint or known_hosts');
    expect(said('authentication')).toContain('to ~hop/.ssh/authorized_keys on bastion.example');
    expect(said('unreachable')).toContain(
      'check host.jump[1] in the configuration, and from this machine: ssh -J hop@bastion.example:22,hop@bastion.example:2222 -p 22 deploy@10.0.0.5 true',
    );
  });

  test.each([
    ['unreachable', 'ssh -p 22 deploy@10.0.0.5 true'],
    ['timed-out', 'ssh -p 22 deploy@10.0.0.5 true'],
    ['authentication', '~deploy/.ssh/authorized_keys on 10.0.0.5'],
  ] as const)('%s', (failure, fix) => {
    const text = notOk(lines({ failure, why: 'no', presented: null, jump: null }));

    expect(text).toContain('FAIL  acme-kitchens@production: SSH: no\n      fix: ');
    expect(text).toContain(fix);
  });
});

describe('owner and origin', () => {
  test('another user than the owner: nothing else is said of the host', () => {
    const text = lines({
      ...good,
      origin: { answer: { ...origin, user: 'viewer' } },
      survey: { error: 'odd' },
    });

    expect(
      notOk(text),
    ).toBe(`FAIL  acme-kitchens@production: owner: the bot logs in as viewer, but the site belongs to deploy
      fix: set host.user of acme-kitchens to deploy, and add the bot's key to that account
`);
    expect(text.split('\n')).toHaveLength(5);
  });

  test('no such directory', () => {
    expect(faults({ origin: { answer: { problem: '/srv/x/app: none' } } })).toBe(
      'FAIL  acme-kitchens@production: owner: /srv/x/app: none\n      fix: correct root of acme-kitchens in the configuration\n',
    );
  });

  test('an origin that does not answer is a warning: the host may have the version', () => {
    const away = { ...origin, originProblem: 'fatal: no route' };

    expect(
      faults({ origin: { answer: away } }),
    ).toBe(`warn  acme-kitchens@production: git origin: /srv/git/acme.git does not answer (fatal: no route); you can still roll back to versions that the host already has
      fix: try on the host as deploy: git -C /srv/sum/acme-kitchens/app ls-remote origin HEAD
`);
    expect(faults({ origin: { answer: { ...origin, origin: null } } })).toContain(
      'git origin: there is none;',
    );
  });
});

describe('survey', () => {
  test('a missing right, with the exact line', () => {
    const missingRights = ['systemctl stop sum-acme-kitchens-celery.service'];

    expect(surveyFaults({ missingRights })).toContain(
      '      fix: visudo -f /etc/sudoers.d/rollback-bot, and add:\n           deploy ALL=(root) NOPASSWD: /usr/bin/systemctl stop sum-acme-kitchens-celery.service\n',
    );
  });

  test('missing tools, by the packages that bring them', () => {
    expect(
      surveyFaults({ missingTools: ['psql', 'pg_dump', 'curl', '/srv/sum/bin/restore_db.sh'] }),
    ).toContain(
      `      fix: apt-get install postgresql-client curl
           put /srv/sum/bin/restore_db.sh there and make it executable, or correct bin in the configuration
`,
    );
  });

  test.each([
    ['units', { units: [] }],
    ['units', { bind: null }],
    ['.env', { environmentFile: { ...SOUND_FILE, unreadable: 'line 3 is not UTF-8' } }],
    ['code', { dirtyFiles: ['manage.py'] }],
    ['code', { indexLocked: true }],
    ['disk', { freeBytes: 1_000_000 }],
  ] as const)('%s: in the words of the preflight %#', (what, changed) => {
    const refusal = surveyRefusal({ ...survey, ...changed }, site);
    const text = surveyFaults(changed);

    expect(text.split('\n')[0]).toBe(
      `FAIL  acme-kitchens@production: ${what}: ${refusal?.sentence.replace(/\.$/, '')}`,
    );
    expect(text).not.toContain('ask again');
  });

  test('a deploy under way is a warning', () => {
    expect(surveyFaults({ lockFree: false })).toMatch(/^warn {2}acme-kitchens@production: deploy\.lock: /);
  });

  test('several faults are all said', () => {
    const text = surveyFaults({ missingTools: ['curl'], dirtyFiles: ['x'], freeBytes: 0 });

    expect(text.split('\n').filter((line) => line.startsWith('FAIL'))).toHaveLength(3);
  });

  test('a survey that does not come', () => {
    expect(faults({ survey: { error: 'no answer within 30 s' } })).toBe(
      'FAIL  acme-kitchens@production: survey: no answer within 30 s\n',
    );
  });
});

describe('rehearsals', () => {
  const limits = { withinSeconds: 1200, keepFreeBytes: 1 };
  const said = (mayCreate: boolean, role = 'sum_acme') =>
    siteResults(
      { ...site, rehearsal: limits },
      {
        host: { ...good, database: { answer: { ...database, mayCreate, role } } },
        health: healthy,
        passwordProblem: null,
        secretProblem: null,
        pagerProblem: null,
      },
      NOW,
    )
      .map(renderResult)
      .filter((line) => line.includes('rehearsal'))
      .join('');

  test('are possible', () => {
    expect(said(true)).toBe(
      "ok    acme-kitchens@production: rehearsal: the site's role may make a database, so rollbacks are tried aside\n",
    );
  });

  test('need one right', () => {
    expect(
      said(false),
    ).toBe(`warn  acme-kitchens@production: rehearsal: the site's role may not make a database, so no rollback is tried aside before it is needed
      fix: on the database server: sudo -u postgres psql -c 'ALTER ROLE sum_acme CREATEDB'
           or set rehearsal to false for this site
`);
  });

  test('are not spoken of where nobody wants them', () => {
    expect(lines(good)).not.toContain('rehearsal');
  });
});

describe('database, backup, health', () => {
  test('a database that says no', () => {
    expect(
      faults({ database: { answer: { problem: 'connection refused' } } }),
    ).toBe(`FAIL  acme-kitchens@production: database: connection refused
      fix: on the host: systemctl status postgresql, and compare DJANGO_DB_… in /srv/sum/acme-kitchens/.env
`);
  });

  test('no backup of this site, and only an old one', () => {
    const other = { ...backup, slug: 'birch-bakery' };
    const media = { ...backup, slug: null, kind: 'other' } as const;
    const old = { ...backup, takenAt: '2026-01-02T10:00:00Z' };

    expect(faults({ backups: { answer: [other, media] } })).toContain(
      'warn  acme-kitchens@production: backup: there is none in /srv/sum/acme-kitchens/backups, so you can roll back only the code\n      fix: /srv/sum/bin/backup_db.sh --site-slug acme-kitchens',
    );
    const odd = { ...backup, timeNote: 'its name says this, but the file is of then' };
    expect(faults({ backups: { answer: [old, odd] } })).toContain(
      'warn  acme-kitchens@production: backup: the newest is acme-kitchens_db_20260112T100000Z.sql.gz, 2 hours old (2026-01-12 10:00 UTC); its name says this, but the file is of then\n      fix: name backups by UTC',
    );
    expect(faults({ backups: { answer: [other, old] } })).toContain(
      'warn  acme-kitchens@production: backup: the newest, acme-kitchens_db_20260112T100000Z.sql.gz, is 10 days old\n',
    );
  });

  test('an ill site is a warning; one that does not answer may have a wrong address', () => {
    expect(faults({}, { status: 503, word: 'unhealthy', failing: ['db'] })).toBe(
      'warn  acme-kitchens@production: health: http://10.0.0.5:8001/health/ says 503 unhealthy (db)\n',
    );
    expect(
      faults({}, { status: null, word: 'connect ECONNREFUSED' }),
    ).toBe(`FAIL  acme-kitchens@production: health: http://10.0.0.5:8001/health/ does not answer (connect ECONNREFUSED)
      fix: check url of acme-kitchens in the configuration, and from this machine: curl -i http://10.0.0.5:8001/health/
`);
  });
});

test('a site that is asked by its address gets the command that does so', () => {
  const smoke = { connect: '10.0.0.5' };
  const health = { status: null, word: 'no answer within 10 s', failing: [] };

  expect(
    siteResults(
      { ...site, smoke },
      { host: good, health, passwordProblem: null, secretProblem: null, pagerProblem: null },
      NOW,
    )
      .map(renderResult)
      .at(-1),
  ).toContain('curl -i --connect-to ::10.0.0.5: http://10.0.0.5:8001/health/\n');
});
