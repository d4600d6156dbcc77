import { readFile } from 'node:fs/promises';
import type { Clock } from '../../app/ports/outside.ts';
import type { Records } from '../../app/ports/records.ts';
import {
  type Needs,
  type ProcessEnvironment,
  type RawEnvironment,
  readEnvironment,
} from '../../config/environment.ts';
import { type Configuration, parseConfiguration } from '../../config/file.ts';
import { gitRecords } from '../../records/git-records.ts';
import type { Credentials } from '../../ssh/transport/session.ts';
import type { Secrets } from './secrets.ts';

/** Exit code for a bad configuration, before anything is contacted. */
export const EXIT_CONFIGURATION = 2;

export const systemClock: Clock = { now: () => new Date().toISOString() };

export interface Setup {
  readonly environment: ProcessEnvironment;
  readonly configuration: Configuration;
}

/** Environment and file, or every problem of both at once. */
export async function readSetup(
  needs: Needs,
  raw: RawEnvironment = process.env,
): Promise<Setup | { readonly problems: readonly string[] }> {
  const environment = readEnvironment(raw, needs);
  const configuration = await readConfiguration(environment.configurationPath);
  if ('problems' in environment || 'problems' in configuration)
    return {
      problems: [
        ...('problems' in environment ? environment.problems : []),
        ...('problems' in configuration ? configuration.problems : []),
      ],
    };
  return { environment, configuration };
}

async function readConfiguration(
  path: string,
): Promise<Configuration | { readonly problems: readonly string[] }> {
  try {
    return parseConfiguration(await readFile(path, 'utf8'), path);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return {
      problems: [`${path}: can't be read (${why}). Set ROLLBACK_CONFIG to the path of the configuration.`],
    };
  }
}

/** Ends the process if the configuration is bad: one line per problem on stderr. */
export async function setupOrExit(needs: Needs): Promise<Setup> {
  const setup = await readSetup(needs);
  if (!('problems' in setup)) return setup;
  for (const problem of setup.problems) process.stderr.write(`${problem}\n`);
  process.exit(EXIT_CONFIGURATION);
}

/** Errors: throws if the command that runs did not ask for APPROVAL_SECRET. */
export function secretsOf({ environment }: Setup): Secrets {
  const { approvalSecret, alsoAccepted } = environment;
  if (approvalSecret === null) throw new Error('APPROVAL_SECRET is needed');
  return { secret: approvalSecret.reveal(), alsoAccepted: alsoAccepted.map((one) => one.reveal()) };
}

/** The records that the configuration names, with the bot's own login. */
export function openRecords({ environment, configuration }: Setup): Records & { close(): Promise<void> } {
  const { records } = configuration.settings;
  return records === null
    ? {
        matrix: async () => ({ kind: 'none' }),
        write: async () => ({ kind: 'none' }),
        close: async () => undefined,
      }
    : gitRecords(records, environment.ssh);
}

/** Without a file no host is known. A file that can't be read may hold a revoked key, so that is an error. */
function emptyIfMissing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}

/** Reads key and known hosts again for every connection, so that both can change without a restart. */
export function sshCredentials({ ssh }: Pick<ProcessEnvironment, 'ssh'>): () => Promise<Credentials> {
  return async () => {
    const knownHosts = await readFile(ssh.knownHostsFile, 'utf8').catch(emptyIfMissing);
    if (ssh.identity?.kind === 'key-file')
      return { privateKey: await readFile(ssh.identity.path, 'utf8'), knownHosts };
    return ssh.identity ? { agent: ssh.identity.socket, knownHosts } : { knownHosts };
  };
}
