import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EnvironmentFile, environmentWarnings } from '../../../src/domain/host/environment-file.ts';
import { ENV_FILES } from '../../support/host/env-files.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const PROBES = fileURLToPath(new URL('../../../src/remote/probes/', import.meta.url));
const CHECK = [
  'lib/core',
  'lib/env-file',
  'lib/secrets',
  'lib/systemd',
  'site/lib/command',
  'site/lib/env-check',
];

describe.skipIf(!hasPython)('the site’s .env', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rollback-env-'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  /** Evaluates a Python expression after the libraries; `systemctl` says that it is of this version. */
  function evaluated(expression: string, version = 252): unknown {
    writeFileSync(join(root, 'systemctl'), `#!/bin/sh\necho "systemd ${version} (${version}.1)"\n`, {
      mode: 0o755,
    });
    const source = CHECK.map((name) => readFileSync(`${PROBES}${name}.py`, 'utf8')).join('\n');
    const said = execFileSync(
      'python3',
      ['-I', '-c', `${source}\nprint(json.dumps(${expression}))`, JSON.stringify({ root })],
      { encoding: 'utf8', env: { ...process.env, PATH: `${root}:${process.env['PATH']}` } },
    );
    return JSON.parse(said);
  }

  function judged(text: string | Buffer): Record<string, unknown> {
    writeFileSync(join(root, '.env'), text);
    return evaluated('environment_file()') as Record<string, unknown>;
  }

  it.each(ENV_FILES)('is read as systemd reads it: %j', (text, variables) => {
    writeFileSync(join(root, '.env'), text);
    expect(evaluated('site_env()')).toEqual(variables ?? {});
    expect(evaluated('environment_file()["unreadable"] is None')).toBe(variables !== null);
  });

  it.each([
    ['export  LOG_LEVEL=INFO', 'LOG_LEVEL=INFO'],
    ['\texport A = 1', 'A = 1'],
    ['A = 1', 'A=1'],
    ['A=a&b c|d', "A='a&b c|d'"],
  ])('is repaired by the command that the bot gives for %j', (line, repaired) => {
    const odd = judged(`FIRST=1\n${line}\nLAST=1\n`) as unknown as EnvironmentFile;
    const [warning = ''] = environmentWarnings(odd, root);
    const [, command = ''] = /on the host: (sed .*)\.$/i.exec(warning) ?? [];
    execFileSync('bash', ['-c', command]);

    expect(readFileSync(join(root, '.env'), 'utf8')).toBe(`FIRST=1\n${repaired}\nLAST=1\n`);
  });

  it('has comments that end with their line since systemd 254', () => {
    writeFileSync(join(root, '.env'), '# goes on \\\nA=1\nB=2\n');
    expect(evaluated('site_env()', 253)).toEqual({ B: '2' });
    expect(evaluated('site_env()', 254)).toEqual({ A: '1', B: '2' });
  });

  it.each<[string, string, Record<string, unknown>, { line: number; name: string | null } | null]>([
    [
      'a $ that bash replaces',
      'A=1\nB=x$y\nC=2\n',
      { line: 2, name: 'B', kind: 'character', character: '$' },
      { line: 2, name: 'B' },
    ],
    [
      'a $ between double quotes',
      'B="x$y"\n',
      { line: 1, name: 'B', kind: 'character', character: '$', plain: false },
      { line: 1, name: 'B' },
    ],
    ['a backtick', 'B=x`y\n', { line: 1, name: 'B', character: '`' }, { line: 1, name: 'B' }],
    ['an ampersand', 'B=x&y\n', { line: 1, name: 'B', character: '&' }, { line: 1, name: 'B' }],
    [
      'a bracket that is never closed',
      'B=k9$(q!z&#7\nC=2\n',
      { line: 1, name: 'B', character: '$' },
      { line: 1, name: 'B' },
    ],
    [
      'a quote that is never closed',
      "B=it's\nC=2\n",
      { line: 1, name: 'B', character: "'" },
      { line: 1, name: 'B' },
    ],
    ['a space in a value', 'B=My Site\n', { line: 1, name: 'B', character: ' ' }, { line: 1, name: 'B' }],
    ['a comment behind a value', 'B=x # y\n', { line: 1, name: 'B', character: '#' }, null],
    ['a home directory', 'B=~/x\n', { line: 1, name: 'B', character: '~' }, null],
    ['a space beside the =', 'B = x\n', { line: 1, name: 'B', kind: 'spaces' }, { line: 1, name: 'B' }],
    ['an export', 'A=1\nexport B=x\n', { line: 2, name: 'B', kind: 'export' }, null],
    [
      'a variable of bash’s own',
      'UID=1000\n',
      { line: 1, name: 'UID', kind: 'read-only' },
      { line: 1, name: 'UID' },
    ],
    ['a name with a dot', 'a.b=1\n', { line: 1, name: null, kind: 'name' }, { line: 1, name: null }],
  ])('names %s', (_, text, odd, stops) => {
    const said = judged(text);
    expect(said['oddities']).toEqual([expect.objectContaining(odd)]);
    expect(said['stops']).toEqual(stops);
  });

  it('names Windows line ends and a byte order mark, and nothing if bash and systemd agree', () => {
    expect(judged('A=1\r\nB=2\r\n')).toMatchObject({ windowsLineEnds: true, stops: null });
    expect(judged('A=1\r\n\r\nB=2\r\n')).toMatchObject({ windowsLineEnds: true, stops: { line: 2 } });
    expect(judged('\uFEFFA=1\n')).toMatchObject({ byteOrderMark: true });
    expect(judged(`# c\nA=1\nB='x $y & z'\nC="x \\$y"\n\nD=a,b:c@d/e?f=g%h+i!j[k]{l}*\n`)).toEqual({
      unreadable: null,
      windowsLineEnds: false,
      byteOrderMark: false,
      stops: null,
      oddities: [],
      changed: [],
      isChanged: false,
    });
  });

  it('says where it is no UTF-8, and that it is not there', () => {
    expect(judged(Buffer.from('A=1\nB=\xff\n', 'latin1'))).toMatchObject({
      unreadable: 'line 2 is not UTF-8',
    });
    expect(judged('A=\0\n')).toMatchObject({ unreadable: 'line 1 has a NUL character' });
    rmSync(join(root, '.env'));
    expect(evaluated('environment_file()')).toMatchObject({ unreadable: 'No such file or directory' });
  });

  it('never shows a value', () => {
    for (const line of [
      'hunter2 x=1',
      'A=hunter2$(',
      'export A="hunter2',
      "A='hunter2\n",
      'hunter2',
      'A=hunter2 hunter2',
    ])
      expect(JSON.stringify(judged(`${line}\nB=hunter2\n`))).not.toContain('hunter2');
  });

  it.each([
    ['as it is', 'it\'s a/b&c <d> "é"'],
    ['of a URL', 'it%27s%20a%2Fb%26c%20%3Cd%3E%20%22%C3%A9%22'],
    ['of a URL in lower case', 'it%27s%20a%2fb%26c%20%3cd%3e%20%22%c3%a9%22'],
    ['of a URL that keeps its slashes', 'it%27s%20a/b%26c%20%3Cd%3E%20%22%C3%A9%22'],
    ['of a form', 'it%27s+a%2Fb%26c+%3Cd%3E+%22%C3%A9%22'],
    ['of HTML', 'it&#x27;s a/b&amp;c &lt;d&gt; &quot;é&quot;'],
    ['of HTML with numbers', 'it&#39;s a/b&amp;c &lt;d&gt; &quot;é&quot;'],
    ['of HTML that leaves quotes', 'it\'s a/b&amp;c &lt;d&gt; "é"'],
    ['of Python’s bytes', String.raw`it\'s a/b&c <d> "\xc3\xa9"`],
    ['of JSON', String.raw`it's a/b&c <d> \"\u00e9\"`],
  ])('has a secret that is found in the form %s', (_, text) => {
    writeFileSync(join(root, '.env'), `MAIL_PASSWORD="it's a/b&c <d> \\"é\\""\n`);
    expect(evaluated(`without_env_secrets(${JSON.stringify(`x ${text} y`)})`)).toBe(
      'x [REDACTED MAIL_PASSWORD] y',
    );
  });

  it.each(['DB_PW', 'PWD_OF_MAIL', 'SIM_PIN', 'PW', 'DOOR_PIN_2'])(
    'has a secret called %s, however short',
    (name) => {
      writeFileSync(join(root, '.env'), `${name}=4711\nSHIPPING=4712\nSPWD=x\n`);
      expect(evaluated('without_env_secrets("code 4711, no 4712, id 47110")')).toBe(
        `code [REDACTED ${name}], no 4712, id 47110`,
      );
    },
  );

  it('has secrets in either reading, and none of them leaves the host', () => {
    writeFileSync(join(root, '.env'), 'API_KEY=abc\\defgh$1\nTOKEN="two\\\nlines of it"\n');
    const texts = ['abcdefgh$1', 'abcdefgh', 'abc\\defgh$1', 'twolines of it'];
    expect(evaluated(`[without_env_secrets(text) for text in ${JSON.stringify(texts)}]`)).toEqual([
      '[REDACTED API_KEY]',
      '[REDACTED API_KEY]',
      '[REDACTED API_KEY]',
      '[REDACTED TOKEN]',
    ]);
  });
});
