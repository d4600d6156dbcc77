import type { TestSite } from '../fakes/inventory.ts';
import type { ManualChange } from './manual-change.ts';

/** How people set up units and what stands between a site and its database. All of it is undone. */
export type UnitPreparation =
  | 'bind-in-file'
  | 'bind-in-variable'
  | 'shell-in-front'
  | 'shell-stays'
  | 'bind-moved'
  | 'bind-in-the-code'
  | 'unit-not-reloaded'
  | 'given-up'
  | 'long-limit'
  | 'masked'
  | 'in-maintenance'
  | 'no-stop-by-hand'
  | 'windows-line-ends'
  | 'settings-for-systemd'
  | 'password-for-systemd'
  | 'setting-since-the-start'
  | 'forwarded-port'
  | 'pooler';

const PROXY = '/lib/systemd/systemd-socket-proxyd';

export function unitPreparations(site: TestSite): Readonly<Record<UnitPreparation, ManualChange>> {
  const root = `/srv/sum/${site}`;
  const unit = `sum-${site}-gunicorn.service`;
  const dropIn = `/etc/systemd/system/${unit}.d`;
  const file = `${root}/gunicorn.conf.py`;
  const bind = `unix:/run/sum-${site}/gunicorn.sock`;
  const application = `${site.replaceAll('-', '_')}.wsgi:application`;
  const gunicorn = `${root}/venv/bin/python -m gunicorn`;
  // The rows follow each other quickly, and systemd gives up after five starts within ten seconds.
  const restart = `systemctl reset-failed ${unit}; systemctl restart ${unit}`;
  const restarted = `systemctl daemon-reload; ${restart}`;
  const env = `${root}/.env`;
  const role = `sum_${site.replaceAll('-', '_')}`;
  const putEnvBack = `mv ${env}.kept ${env}; ${restart}`;
  const withLines = (...lines: readonly string[]) =>
    `mkdir -p ${dropIn}; cat >${dropIn}/test.conf <<'LINES'\n${lines.join('\n')}\nLINES\n`;
  const starting = (command: string, ...more: readonly string[]) =>
    withLines('[Service]', 'ExecStart=', `ExecStart=${command}`, ...more);
  const undo = `rm -rf ${dropIn} ${file}; ${restarted}`;
  const writeFile = (address: string) =>
    `printf 'bind = "${address}"\\nworkers = 2\\n' >${file}; chown deploy: ${file}\n`;
  const asDeploy = (command: string) => `runuser -u deploy -- bash -c '${command}'`;
  return {
    'bind-in-file': {
      do: writeFile(bind) + starting(`${gunicorn} -c ${file} ${application}`) + restarted,
      undo,
    },
    'bind-in-variable': {
      do:
        starting(
          `/usr/bin/env PYTHONUNBUFFERED=1 ${gunicorn} \${APPLICATION}`,
          `Environment=APPLICATION=${application} "GUNICORN_CMD_ARGS=-b 127.0.0.1:9777 -b${bind}"`,
        ) + restarted,
      undo,
    },
    'shell-in-front': {
      do: starting(`/bin/sh -c 'exec ${gunicorn} --bind ${bind} ${application}'`) + restarted,
      undo,
    },
    'shell-stays': {
      do: starting(`/bin/sh -c '${gunicorn} --bind ${bind} ${application}; true'`) + restarted,
      undo,
    },
    // Someone edited the file and has not restarted the site.
    'bind-moved': {
      do: `${writeFile(bind)}${starting(`${gunicorn} -c ${file} ${application}`)}${restarted}; sleep 11; ${writeFile('127.0.0.1:9888')}`,
      undo,
    },
    // The live commit brought gunicorn.conf.py, and the unit relies on it. Older commits have none.
    'bind-in-the-code': {
      do: `${asDeploy(`cd ${root}/app && printf "bind = \\"${bind}\\"\\n" >gunicorn.conf.py && git add gunicorn.conf.py && git -c user.name=Dev -c user.email=dev@example.test commit -qm "gunicorn.conf.py"`)}; ${starting(`${gunicorn} ${application}`)}${restarted}`,
      undo: `${asDeploy(`git -C ${root}/app reset -q --hard HEAD~1`)}; ${undo}`,
    },
    'unit-not-reloaded': { do: withLines('[Service]', 'Environment=NEW=1'), undo },
    'given-up': {
      do: `${withLines('[Unit]', 'StartLimitIntervalSec=600', 'StartLimitBurst=4', '[Service]', `ExecStart=`, `ExecStart=${root}/venv/bin/python -c 'raise SystemExit(3)'`, 'RestartSec=100ms')}${restarted}; until systemctl is-failed -q ${unit}; do sleep 0.2; done`,
      undo,
    },
    'long-limit': {
      do: `${withLines('[Unit]', 'StartLimitIntervalSec=600', 'StartLimitBurst=4')}systemctl daemon-reload`,
      undo,
    },
    masked: {
      do: `systemctl stop ${unit}; mv /etc/systemd/system/${unit} /run/${unit}.kept; systemctl mask ${unit}`,
      undo: `systemctl unmask ${unit}; mv /run/${unit}.kept /etc/systemd/system/${unit}; ${restarted}`,
    },
    // The switch would start it, systemd would skip it without an error, and nobody would answer.
    'in-maintenance': {
      do: `touch ${root}/maintenance; ${withLines('[Unit]', `ConditionPathExists=!${root}/maintenance`)}systemctl daemon-reload`,
      undo: `rm ${root}/maintenance; ${undo}`,
    },
    'no-stop-by-hand': {
      do: `${withLines('[Unit]', 'RefuseManualStop=yes')}systemctl daemon-reload`,
      undo,
    },
    // With an empty line, at which bash stops.
    'windows-line-ends': {
      do: `cp -p ${env} ${env}.kept; printf '\\n' >>${env}; sed -i 's/$/\\r/' ${env}; ${restart}`,
      undo: putEnvBack,
    },
    'settings-for-systemd': {
      do: `cp -p ${env} ${env}.kept; printf 'TITLE=Birch & Co\\nexport LOG_LEVEL=info\\nUID=1000\\n' >>${env}; ${restart}`,
      undo: putEnvBack,
    },
    'password-for-systemd': {
      do: `cp -p ${env} ${env}.kept; runuser -u postgres -- psql -Xqc "ALTER ROLE ${role} PASSWORD 'k9\\$x#7'"; sed -i 's/^DJANGO_DB_PASSWORD=.*/DJANGO_DB_PASSWORD=k9$x#7/' ${env}; ${restart}`,
      undo: `. ${env}.kept; runuser -u postgres -- psql -Xqc "ALTER ROLE ${role} PASSWORD '$DJANGO_DB_PASSWORD'"; ${putEnvBack}`,
    },
    'setting-since-the-start': {
      do: `cp -p ${env} ${env}.kept; sleep 1; echo FEATURE=1 >>${env}`,
      undo: putEnvBack,
    },
    // As with the published port of a container: the server itself is behind it, and nothing else.
    'forwarded-port': {
      do: `systemd-run -q --unit=forward --socket-property=ListenStream=127.0.0.1:15432 ${PROXY} 127.0.0.1:5432; sed -i 's/^DJANGO_DB_PORT=.*/DJANGO_DB_PORT=15432/' ${root}/.env; ${restart}`,
      undo: `sed -i 's/^DJANGO_DB_PORT=.*/DJANGO_DB_PORT=5432/' ${root}/.env; systemctl stop forward.socket forward.service; ${restart}`,
    },
    pooler: {
      do: `dpkg -i ${POOLER_PACKAGES}/*.deb >/dev/null
. ${root}/.env
printf '[databases]\\n* = host=127.0.0.1 port=5432\\n[pgbouncer]\\nlisten_addr = 127.0.0.1\\nlisten_port = 6432\\nauth_type = scram-sha-256\\nauth_file = /etc/pgbouncer/userlist.txt\\npool_mode = transaction\\nlogfile = /var/log/postgresql/pgbouncer.log\\npidfile = /var/run/postgresql/pgbouncer.pid\\nunix_socket_dir = /var/run/postgresql\\n' >/etc/pgbouncer/pgbouncer.ini
printf '"%s" "%s"\\n' "$DJANGO_DB_USER" "$DJANGO_DB_PASSWORD" >/etc/pgbouncer/userlist.txt
systemctl restart pgbouncer
sed -i 's/^DJANGO_DB_PORT=.*/DJANGO_DB_PORT=6432/' ${root}/.env
${restart}`,
      undo: `sed -i 's/^DJANGO_DB_PORT=.*/DJANGO_DB_PORT=5432/' ${root}/.env; systemctl stop pgbouncer; ${restart}`,
    },
  };
}

/** Where a row that needs PgBouncer finds its packages. */
export const POOLER_PACKAGES = '/opt/pooler';
