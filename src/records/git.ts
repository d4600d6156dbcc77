import type { ChildProcess } from 'node:child_process';
import { hostText } from '../domain/text/host-text.ts';
import { killWithChildren, type ProgramEnd, runProgram } from './program.ts';

/** The bot's own login: git reaches the repository with the same key as the hosts. */
export interface GitLogin {
  readonly identity:
    | { readonly kind: 'key-file'; readonly path: string }
    | { readonly kind: 'agent'; readonly socket: string }
    | null;
  readonly knownHostsFile: string;
}

export interface GitCall {
  readonly timeoutMs: number;
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
}

/** git in one bare repository of our own. */
export interface Git {
  readonly folder: string;
  /** Errors: throws with git's own text. */
  bytes(argv: readonly string[], call?: Partial<GitCall>): Promise<Buffer>;
  /** The same, without the line break at the end. */
  text(argv: readonly string[], call?: Partial<GitCall>): Promise<string>;
  /** The exit code is the answer. Errors: throws if git does not end in time. */
  run(argv: readonly string[], call?: Partial<GitCall>): Promise<ProgramEnd>;
  /** Ends all commands that are running. */
  kill(): void;
}

const LOCAL_MS = 20_000;

export function openGit(folder: string, login: GitLogin): Git {
  const environment = environmentFor(login);
  const running = new Set<ChildProcess>();
  const run: Git['run'] = async (argv, { timeoutMs = LOCAL_MS, input = '', env = {} } = {}) => {
    const end = await runProgram(
      {
        file: 'git',
        argv: ['--git-dir', folder, '-c', 'core.hooksPath=/dev/null', '-c', 'gc.auto=0', ...argv],
        env: { ...environment, ...env },
        timeoutMs,
        input,
      },
      running,
    ).catch((error: unknown) => {
      throw isMissing(error) ? new Error('git is not installed on the machine of the bot') : error;
    });
    if (end.timedOut) throw new Error(`git did not end within ${timeoutMs / 1000} s`);
    return end;
  };
  const bytes: Git['bytes'] = async (argv, call) => {
    const end = await run(argv, call);
    if (end.code !== 0) throw new Error(whyNot(end));
    return end.stdout;
  };
  return {
    folder,
    run,
    bytes,
    text: async (argv, call) => (await bytes(argv, call)).toString('utf8').replace(/\n$/, ''),
    kill: () => {
      for (const child of running) killWithChildren(child);
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
    GIT_LITERAL_PATHSPECS: '1',
    RECORDS_KNOWN_HOSTS: knownHostsFile,
    ...(identity?.kind === 'key-file' && { RECORDS_KEY: identity.path }),
    ...(identity?.kind === 'agent' && { SSH_AUTH_SOCK: identity.socket }),
    // git gives this to a shell. Paths come in as its variables, so that nothing in them is read as shell.
    GIT_SSH_COMMAND: `ssh ${key}-o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=10 -o UserKnownHostsFile="\\"$RECORDS_KNOWN_HOSTS\\""`,
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** git's own text, on one line. */
export function whyNot({ stderr, code }: ProgramEnd): string {
  if (code === null) return 'git was stopped';
  const first = hostText(stderr.trim().split('\n')[0] ?? '');
  return (
    first
      .replace(/^(?:fatal|error): /, '')
      .replace(/\.$/, '')
      .slice(0, 300) || `git stopped with ${code}`
  );
}
