import { type ExecFileException, execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Records } from '../app/ports.ts';
import { hostText } from '../domain/host-text.ts';
import type { MatrixReading } from '../domain/matrix.ts';

/** Where the records are. */
export interface RecordsPlace {
  readonly repository: string;
  readonly branch: string;
  /** Path of the matrix inside the repository. */
  readonly matrix: string;
}

/** The bot's own login: git reaches the repository with the key that the hosts know. */
export interface GitLogin {
  readonly identity:
    | { readonly kind: 'key-file'; readonly path: string }
    | { readonly kind: 'agent'; readonly socket: string }
    | null;
  readonly knownHostsFile: string;
}

/** A site that is down does not wait longer than this for what people have written down. */
const FETCH_MS = 15_000;
const READ_MS = 5_000;
const LARGEST_FILE = 1024 * 1024;
const REF = 'refs/rollback-bot/records';

/** The records in git, fetched shallow into a folder of this process's own. Reading never throws: it says why not. */
export function gitRecords(
  { repository, branch, matrix }: RecordsPlace,
  login: GitLogin,
): Records & { close(): Promise<void> } {
  const environment = environmentFor(login);
  let folder: Promise<string> | null = null;
  let reading: Promise<MatrixReading> | null = null;

  async function prepared(): Promise<string> {
    const made = await mkdtemp(join(tmpdir(), 'rollback-records-'));
    await git(['init', '--quiet', '--bare', made], environment, READ_MS);
    return made;
  }

  async function read(): Promise<MatrixReading> {
    try {
      folder ??= prepared();
      const at = ['--git-dir', await folder, '-c', 'core.hooksPath=/dev/null'];
      const wanted = `+refs/heads/${branch}:${REF}`;
      const how = ['--quiet', '--depth=1', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
      await git([...at, 'fetch', ...how, '--', repository, wanted], environment, FETCH_MS);
      const text = await git([...at, 'cat-file', 'blob', `${REF}:${matrix}`], environment, READ_MS);
      return { kind: 'text', text };
    } catch (error) {
      return { kind: 'unreachable', why: error instanceof Error ? error.message : String(error) };
    }
  }

  return {
    // Several plans at once share one fetch: two in the same folder would get in each other's way.
    matrix: () => {
      reading ??= read().finally(() => {
        reading = null;
      });
      return reading;
    },
    close: async () => {
      if (folder !== null) await rm(await folder.catch(() => ''), { recursive: true, force: true });
    },
  };
}

/** Nobody is there to type a password, to accept a host key, or to see an editor. */
function environmentFor({ identity, knownHostsFile }: GitLogin): NodeJS.ProcessEnv {
  const key = identity?.kind === 'key-file' ? '-i "$RECORDS_KEY" -o IdentitiesOnly=yes ' : '';
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'file:https:ssh',
    RECORDS_KNOWN_HOSTS: knownHostsFile,
    ...(identity?.kind === 'key-file' && { RECORDS_KEY: identity.path }),
    ...(identity?.kind === 'agent' && { SSH_AUTH_SOCK: identity.socket }),
    // git hands this to a shell: paths come in as its variables, so that nothing in them is read as shell.
    GIT_SSH_COMMAND: `ssh ${key}-o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=10 -o UserKnownHostsFile="\\"$RECORDS_KNOWN_HOSTS\\""`,
  };
}

/** Errors: throws with git's first line. */
function git(argv: readonly string[], env: NodeJS.ProcessEnv, timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('git', argv, { env, timeout, maxBuffer: LARGEST_FILE }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(whyNot(error, stderr, timeout)));
    });
  });
}

function whyNot(error: ExecFileException, stderr: string, timeout: number): string {
  if (error.code === 'ENOENT') return 'git is not installed beside the bot';
  if (error.killed) return `git did not end within ${timeout / 1000} s`;
  const first = hostText(stderr.trim().split('\n')[0] ?? '');
  return first.replace(/^(?:fatal|error): /, '').replace(/\.$/, '') || `git stopped: ${error.message}`;
}
