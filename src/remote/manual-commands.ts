import type { Plan } from '../domain/plan/plan.ts';
import type { Run } from '../domain/run/run.ts';
import { type Site, sshCommand } from '../domain/site/site.ts';
import { stepInQuestion } from '../domain/stop/offers.ts';
import { shellWord } from '../domain/text/shell.ts';
import { attemptDirectory, programPath, runDirectory } from './paths.ts';
import { programValue } from './switch-program.ts';

/**
 * The switch as commands that a person can type on the host when neither Slack nor the bot is available. Order and values are
 * those of the plan's program.
 */
export function manualCommands(site: Site, plan: Plan, runId: string): readonly string[] {
  return commandsOf(
    site,
    plan,
    runId,
    plan.steps.map((step) => step.name),
  );
}

/**
 * The rest of a run that has stopped, for the person who takes it over: go back or continue with the program itself, which
 * checks and locks like every attempt, or go on step by step.
 */
export function remainingCommands(site: Site, run: Run): string {
  const { plan, id } = run;
  if (plan === null) throw new Error(`${id} has no plan to continue`);
  const folder = runDirectory(site.root, id);
  const program = programPath(site.root, plan.binding.programSha256);
  const step = stepInQuestion(run);
  const continueWith = (action: string) =>
    `sh ${program} continue ${folder} ${folder}/by-hand-$(date +%s) ${action} ${shellWord(step)}; cat ${folder}/STATE`;
  const from = plan.steps.findIndex(({ name }) => name === step);
  const left = from < 0 ? [] : plan.steps.slice(from).map(({ name }) => name);
  return [
    `# On the host:`,
    sshCommand(site.host),
    '',
    '# How far it got, and what it said:',
    `cat ${folder}/STATE`,
    `tail -n 50 ${folder}/log`,
    '',
    ...(run.silence === null ? [] : stillRunning(site, run)),
    '# Either go back to what was there before, with the same program:',
    continueWith('go-back'),
    ...(left.length === 0
      ? ['', '# Or find out what is wrong with the site:', `curl -i ${site.url}/health/`]
      : [
          '',
          '# Or retry the step that failed, and continue from there, with the same program:',
          continueWith('retry'),
          '',
          '# Or continue step by step. Stop at the first command that fails:',
          ...commandsOf(site, plan, id, ['recheck', ...left]),
        ]),
  ].join('\n');
}

/** The end of the program is unknown: it may still be working on the site. */
function stillRunning(site: Site, { id, switched }: Run): readonly string[] {
  const alive = `${attemptDirectory(site.root, { run: id, number: switched?.attempt ?? 1 })}/alive`;
  return [
    '# Leave the site alone as long as this says "running":',
    `if [ ! -e ${alive} ]; then echo never started; elif flock -n -s ${alive} true; then echo ended; else echo running; fi`,
    '',
  ];
}

function commandsOf(site: Site, plan: Plan, runId: string, steps: readonly string[]): readonly string[] {
  // The host has named units and environment.
  const value = (name: string) => programValue(plan.program, name);
  const run = runDirectory(site.root, runId);
  const units = (names: string, verb: string) =>
    names.split(' ').map((unit) => `sudo -n systemctl ${verb} ${shellWord(unit)}`);
  const byStep: Readonly<Record<string, readonly string[]>> = {
    recheck: [
      `flock -n ${site.root}/deploy.lock bash   # opens a shell that holds the lock; continue in it`,
      `mkdir -p -m 700 ${run}`,
    ],
    stop: units(value('STOP_UNITS'), 'stop'),
    'safety-backup': [
      safetyBackup(site, run),
      `gzip -dc ${run}/safety.sql.gz | tail -n 10   # must say: dump complete`,
    ],
    checkout: [`git -C ${site.root}/app checkout --detach ${shellWord(value('TARGET'))}`],
    restore: [
      `${site.bin}/restore_db.sh --site-slug ${site.slug} --file ${shellWord(plan.restore?.path ?? '')} --i-know-this-will-overwrite --no-restart`,
    ],
    environment: [
      `mv -T ${site.root}/venv ${run}/venv-before && ln -s ${shellWord(value('ENVIRONMENT'))} ${site.root}/venv`,
    ],
    static: [
      `cd ${site.root}/app && ${withEnvironment(site, `${setting(value('SETTINGS'))}exec ${site.root}/venv/bin/python manage.py collectstatic --noinput`)}`,
    ],
    start: units(value('START_UNITS'), 'start'),
    healthy: [`curl -i ${site.url}/health/`],
  };
  return [...new Set(steps)].flatMap((step) => byStep[step] ?? []);
}

/** Where the program and the files that it uses are on the host, or would be. */
export function programPlaces(site: Site, plan: Plan, runId: string): readonly string[] {
  const environment = programValue(plan.program, 'ENVIRONMENT');
  return [
    `program     ${programPath(site.root, plan.binding.programSha256)} (this command does not put it there)`,
    ...(environment === '' ? [] : [`environment ${environment}`]),
    ...(plan.restore === null ? [] : [`restore     ${plan.restore.path}`]),
    `run         ${runDirectory(site.root, runId)}`,
  ];
}

function safetyBackup(site: Site, run: string): string {
  return withEnvironment(
    site,
    `export PGPASSWORD="$DJANGO_DB_PASSWORD"; umask 077; exec pg_dump -h "$DJANGO_DB_HOST" -p "\${DJANGO_DB_PORT:-5432}" -U "$DJANGO_DB_USER" --clean --if-exists --no-owner -Z 6 -f ${run}/safety.sql.gz "$DJANGO_DB_NAME"`,
  );
}

function withEnvironment(site: Site, script: string): string {
  return `bash -c 'set -a; . ${site.root}/.env; ${script}'`;
}

function setting(module: string): string {
  return module === '' ? '' : `export DJANGO_SETTINGS_MODULE=${module}; `;
}
