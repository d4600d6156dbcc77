import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { makeKeyPair } from '../../support/ssh/ssh2-server.ts';

/** The output and exit code of a command. */
export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory with a configuration and a key, and the environment that names them. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string>>;
  /** Runs one command in this process, with only the given environment. */
  run(command: () => Promise<void>, more?: Readonly<Record<string, string>>): Promise<Printed>;
  stop(): Promise<void>;
}

export const SECRET = 'a-secret-of-thirty-two-bytes-and-more';

const VARIABLES = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_API_URL',
  'REDIS_URL',
  'APPROVAL_SECRET',
  'SSH_AUTH_SOCK',
  'METRICS_PORT',
  'PORT',
];

export async function openTerminal(configuration: string, privateKey?: string): Promise<Terminal> {
  const directory = await mkdtemp(join(tmpdir(), 'rollback-terminal-'));
  const environment = {
    ROLLBACK_CONFIG: join(directory, 'rollback.yml'),
    SSH_PRIVATE_KEY_FILE: join(directory, 'key'),
    SSH_KNOWN_HOSTS_FILE: join(directory, 'known_hosts'),
  };
  await writeFile(environment.ROLLBACK_CONFIG, configuration);
  await writeFile(environment.SSH_PRIVATE_KEY_FILE, privateKey ?? makeKeyPair().private);
  return {
    environment,
    run: (command, more = {}) => runHere(command, { ...environment, ...more }),
    stop: () => rm(directory, { recursive: true, force: true }),
  };
}

class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

async function runHere(
  command: () => Promise<void>,
  environment: Readonly<Record<string, string>>,
): Promise<Printed> {
  const printed = { stdout: '', stderr: '' };
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const spies = [
    ...(['stdout', 'stderr'] as const).map((stream) =>
      vi.spyOn(process[stream], 'write').mockImplementation((text) => {
        printed[stream] += String(text);
        return true;
      }),
    ),
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Exit(Number(code ?? 0));
    }),
  ];
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await command();
    return { code: Number(process.exitCode ?? 0), ...printed };
  } catch (error) {
    if (error instanceof Exit) return { code: error.code, ...printed };
    // As the command line does.
    return {
      code: 1,
      ...printed,
      stderr: `${printed.stderr}${error instanceof Error ? error.message : String(error)}\n`,
    };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}
