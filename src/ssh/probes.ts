import type { HostProbes } from '../app/ports/host-probes.ts';
import { isTool } from '../domain/host/tools.ts';
import type { Site } from '../domain/site/site.ts';
import { unitNames } from '../domain/site/units.ts';
import {
  journalCommand,
  keptEnvironmentCommand,
  migrationsCommand,
  prepareEnvironmentCommand,
  resolveVersionCommand,
  reviewCommitCommand,
  runningCommand,
  servicesCommand,
  startCheckCommand,
  surveyCommand,
} from '../remote/probes.ts';
import * as code from './answers/code.ts';
import { diskMigrations } from './answers/data.ts';
import { orProblem } from './answers/parts.ts';
import { journal, services as servicesOf, survey } from './answers/site.ts';
import { type Ask, askJson, QUICK_MS, SLOW_MS } from './ask.ts';
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
    survey: async () => {
      const { slug, domain } = site;
      const [seen, services] = await Promise.all([
        ask(surveyCommand({ root, slug, scripts }), orProblem(survey)),
        ask(servicesCommand({ root, slug, domain }), orProblem(servicesOf)),
      ]);
      if ('problem' in seen) return seen;
      const missingTools = seen.missingTools.filter((tool) => isTool(tool) || scripts.includes(tool));
      return 'problem' in services ? services : { ...seen, ...services, missingTools };
    },
    resolveVersion: (version) =>
      ask(resolveVersionCommand({ root, version, fetch: true }), code.versionFindings),
    describeCommit: async (commit) =>
      (await ask(resolveVersionCommand({ root, version: commit, fetch: false }), code.versionFindings))
        .commits[commit] ?? null,
    reviewCommit: (commit) => ask(reviewCommitCommand({ root, commit }), code.commitReview),
    prepareEnvironment: (commit, executables) =>
      ask(
        prepareEnvironmentCommand({ root, commit, executables }),
        orProblem(code.preparedEnvironment),
        SLOW_MS,
      ),
    keptEnvironment: (question) =>
      ask(keptEnvironmentCommand({ root, ...question }), orProblem(code.keptEnvironment), 150_000),
    migrations: (tree, venv) =>
      ask(migrationsCommand({ root, tree, venv, settings: site.settings ?? null }), diskMigrations, 150_000),
    tryStart: (tree, venv, application) => {
      const settings = site.settings ?? null;
      const unit = unitNames(site).gunicorn;
      return ask(
        startCheckCommand({ root, tree, venv, settings, application, unit }),
        code.startCheck,
        120_000,
      );
    },
    running: (question) =>
      ask(runningCommand({ root, ...question, windowSeconds: STABLE_SECONDS }), code.running),
    journal: (units, since) => ask(journalCommand({ root, units, since }), journal),
  };
}
