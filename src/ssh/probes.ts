import type { HostProbes } from '../app/ports/host-probes.ts';
import type { Site } from '../domain/site/site.ts';
import {
  journalCommand,
  keptEnvironmentCommand,
  migrationsCommand,
  prepareEnvironmentCommand,
  resolveVersionCommand,
  runningCommand,
  startCheckCommand,
  surveyCommand,
} from '../remote/probes.ts';
import * as answers from './answers.ts';
import { type Ask, askJson, orProblem, QUICK_MS, SLOW_MS } from './ask.ts';
import { databaseProbes } from './database-probes.ts';
import type { Session } from './transport/session.ts';

/** How long units have to stay up to count as stable, in seconds. */
const STABLE_SECONDS = 2;

/** The questions to a site's host. */
export function hostProbes(session: Session, site: Site): HostProbes {
  const { root } = site;
  const scripts = [`${site.bin}/restore_db.sh`];
  const ask: Ask = (command, schema, deadlineMs = QUICK_MS) => askJson(session, command, schema, deadlineMs);
  return {
    ...databaseProbes(ask, root),
    survey: () =>
      ask(surveyCommand({ root, slug: site.slug, domain: site.domain, scripts }), orProblem(answers.survey)),
    resolveVersion: (version) =>
      ask(resolveVersionCommand({ root, version, fetch: true }), answers.versionFindings),
    describeCommit: async (commit) =>
      (await ask(resolveVersionCommand({ root, version: commit, fetch: false }), answers.versionFindings))
        .commits[commit] ?? null,
    prepareEnvironment: (commit, executables) =>
      ask(
        prepareEnvironmentCommand({ root, commit, executables }),
        orProblem(answers.preparedEnvironment),
        SLOW_MS,
      ),
    keptEnvironment: (question) =>
      ask(keptEnvironmentCommand({ root, ...question }), orProblem(answers.keptEnvironment), 150_000),
    migrations: (tree, venv) =>
      ask(
        migrationsCommand({ root, tree, venv, settings: site.settings ?? null }),
        answers.diskMigrations,
        150_000,
      ),
    startProblem: async (tree, venv, application) => {
      const settings = site.settings ?? null;
      const command = startCheckCommand({ root, tree, venv, settings, application });
      return (await ask(command, answers.startCheck, 90_000)).problem;
    },
    running: (question) =>
      ask(runningCommand({ root, ...question, windowSeconds: STABLE_SECONDS }), answers.running),
    journal: (units, since) => ask(journalCommand({ root, units, since }), answers.journal),
  };
}
