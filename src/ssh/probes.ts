import type { z } from 'zod';
import type { HostProbes } from '../app/ports/host-probes.ts';
import type { Site } from '../domain/site/site.ts';
import { backupPath } from '../remote/paths.ts';
import {
  backupsCommand,
  countRowsCommand,
  databaseCommand,
  journalCommand,
  keptEnvironmentCommand,
  migrationsCommand,
  prepareEnvironmentCommand,
  readBackupCommand,
  resolveVersionCommand,
  runningCommand,
  stageRestoreCommand,
  startCheckCommand,
  surveyCommand,
} from '../remote/probes.ts';
import * as answers from './answers.ts';
import { askJson, orProblem, QUICK_MS } from './ask.ts';
import type { Session } from './transport/session.ts';

/** How long a pip installation from the network may take, or reading gigabytes of backup. The site is still up. */
const SLOW_MS = 20 * 60_000;

/** A backup that unpacks to more than this is not read to its end. */
const LARGEST_DUMP = 200 * 1024 ** 3;

/** The longest time for counting rows: the site is down or broken, and people wait. */
const COUNT_SECONDS = 20;

/** How long units have to stay up to count as stable, in seconds. */
const STABLE_SECONDS = 2;

/** The questions to a site's host. */
export function hostProbes(session: Session, site: Site): HostProbes {
  const { root } = site;
  const scripts = [`${site.bin}/restore_db.sh`];
  const ask = <T>(command: string, schema: z.ZodType<T>, deadlineMs = QUICK_MS) =>
    askJson(session, command, schema, deadlineMs);
  return {
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
    database: () => ask(databaseCommand({ root }), orProblem(answers.database)),
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
    listBackups: () => ask(backupsCommand({ root }), answers.listedBackups),
    readBackup: async (listed) => ({
      ...listed,
      ...(await ask(
        readBackupCommand({ root, path: backupPath(root, listed), maxBytes: LARGEST_DUMP }),
        answers.readBackup,
        SLOW_MS,
      )),
    }),
    countRows: () => ask(countRowsCommand({ root, seconds: COUNT_SECONDS }), orProblem(answers.rowCounts)),
    stageRestore: (run, backup, foreignExtensions) =>
      ask(
        stageRestoreCommand({
          root,
          run,
          path: backupPath(root, backup),
          sha256: backup.sha256 ?? '',
          foreignExtensions,
        }),
        orProblem(answers.restoreCopy),
        SLOW_MS,
      ),
    running: (question) =>
      ask(runningCommand({ root, ...question, windowSeconds: STABLE_SECONDS }), answers.running),
    journal: (units, since) => ask(journalCommand({ root, units, since }), answers.journal),
  };
}
