import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENV_FILES } from '../support/host/env-files.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { seeded } from '../support/story/random.ts';

const PROBES = fileURLToPath(new URL('../../src/remote/probes/lib/', import.meta.url));

type Variables = Readonly<Record<string, string>> | null;

/** Reads each file as the bot does. */
const OURS = `${['core', 'env-file'].map((name) => readFileSync(`${PROBES}${name}.py`, 'utf8')).join('\n')}
import base64
# The comments of the host's systemd, not of this machine's.
def run(argv):
    return 0, sys.argv[2], ""
def read(text):
    try:
        return {key: value for _, key, value in checked_entries(base64.b64decode(text)) if ENV_NAME.fullmatch(key)}
    except Unreadable:
        return None
print(json.dumps([read(text) for text in json.load(sys.stdin)]))`;

/** Gives each file to a unit, and prints what the unit gets. */
const SYSTEMD = `
import base64, json, subprocess, sys
OWN = {"LANG", "PATH", "INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID", "LC_ALL", "TERM", "HOME", "USER", "LOGNAME", "SHELL"}
found = []
for text in json.loads(sys.argv[1]):
    with open("/run/test.env", "wb") as file:
        file.write(base64.b64decode(text))
    done = subprocess.run(["systemd-run", "-q", "--wait", "--pipe", "--collect", "-p", "EnvironmentFile=/run/test.env", "env", "-0"], capture_output=True)
    pairs = [one.split("=", 1) for one in done.stdout.decode().split("\\0") if "=" in one]
    found.append({name: value for name, value in pairs if name not in OWN} if done.returncode == 0 else None)
print(json.dumps(found))`;

/** What a hostile hand would type, with names that no unit has by itself. */
const PIECES = [
  'A',
  'B',
  'C',
  ' ',
  '\t',
  '=',
  '=',
  '=',
  '\n',
  '\n',
  '\r',
  '\\',
  '"',
  "'",
  '#',
  ';',
  '$',
  '`',
  'x',
  'é',
  'export ',
  '&',
];

function hostileFiles(count: number): readonly string[] {
  const random = seeded(20);
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + below(40) }, () => PIECES[below(PIECES.length)]).join(''),
  );
}

const encoded = (texts: readonly string[]) =>
  JSON.stringify(texts.map((text) => Buffer.from(text).toString('base64')));

describe.skipIf(!canMakeHosts())('an .env file', () => {
  let host: TestHost;

  beforeAll(async () => {
    host = await bootTestHost('rollback-env-files');
  });

  afterAll(async () => {
    await host?.destroy();
  });

  async function bySystemd(texts: readonly string[]): Promise<readonly Variables[]> {
    return JSON.parse(await host.run('python3', '-c', SYSTEMD, encoded(texts))) as Variables[];
  }

  function byUs(texts: readonly string[], version: string): readonly Variables[] {
    return JSON.parse(
      execFileSync('python3', ['-I', '-c', OURS, '{"root": "/srv"}', version], {
        input: encoded(texts),
        encoding: 'utf8',
      }),
    ) as Variables[];
  }

  it('of the table is read by systemd as the table says', async () => {
    expect(await bySystemd(ENV_FILES.map(([text]) => text))).toEqual(
      ENV_FILES.map(([, variables]) => variables),
    );
  });

  it('of any kind is read by the bot as systemd reads it', async () => {
    const texts = hostileFiles(150);
    const wanted = await bySystemd(texts);
    const read = byUs(texts, await host.run('systemctl', '--version'));
    expect(texts.map((text, at) => [text, read[at]])).toEqual(texts.map((text, at) => [text, wanted[at]]));
  });
});
