import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { programText } from '../../../src/remote/program-text.ts';
import { seeded } from '../../support/story/random.ts';
import { CASES, CORE, type Files } from './requirements-cases.ts';

const PIP = [
  'from pip._internal.network.session import PipSession',
  'from pip._internal.req.constructors import install_req_from_parsed_requirement',
].join('\n');
const hasPip = spawnSync('python3', ['-c', PIP]).status === 0;

const SOURCE = [
  'import glob, json, os, re, subprocess, sys',
  'def read_text(path):\n    return open(path).read() if os.path.exists(path) else None',
  ...['specifiers', 'requirements', 'pins'].map((name) => programText(`probes/code/lib/${name}.py`)),
  readFileSync(new URL('requirements.py', import.meta.url), 'utf8'),
].join('\n');

interface Reading {
  readonly found: readonly string[];
  readonly core: readonly [pin: string | null, why: string | null];
  readonly problems: readonly string[];
  readonly exact: Readonly<Record<string, string>>;
  readonly vcs: Readonly<Record<string, readonly [url: string, ref: string]>>;
}

interface Answer {
  readonly ours: Reading;
  readonly pip: Pick<Reading, 'found'> | { readonly error: string } | null;
}

function ask(cases: Readonly<Record<string, Files>>): Readonly<Record<string, Answer>> {
  const input = JSON.stringify(cases);
  return JSON.parse(
    execFileSync('python3', ['-c', SOURCE], {
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
      maxBuffer: 1 << 26,
    }),
  );
}

/** Here we say more than pip's parser: it looks into an archive only when it installs it. */
const OUR_OWN = [
  'a source archive by address',
  'an archive of a tag',
  'a tag from the environment',
  'a line without an end',
];

const filesOf = (files: Files | string): Files =>
  typeof files === 'string' ? { 'requirements.txt': files } : files;

describe.skipIf(spawnSync('python3', ['--version']).status !== 0)('what a requirements.txt pins', () => {
  const answers = ask(
    Object.fromEntries(Object.entries(CASES).map(([name, [files]]) => [name, filesOf(files)])),
  );

  it.each(Object.keys(CASES))('%s', (name) => {
    const [, pin = null, why = null] = CASES[name] ?? [];
    expect(answers[name]?.ours.core).toEqual([pin, why]);
  });

  it.skipIf(!hasPip)('is what pip itself reads, wherever pip reads it', () => {
    const differing = Object.entries(answers).flatMap(([name, { ours, pip }]) =>
      OUR_OWN.includes(name) ||
      pip === null ||
      'error' in pip ||
      JSON.stringify(pip.found) === JSON.stringify(ours.found)
        ? []
        : [{ name, ours: ours.found, pip: pip.found }],
    );

    expect(differing).toEqual([]);
  });

  it.skipIf(!hasPip)('is what pip reads in files that nobody wrote', () => {
    const next = seeded(23);
    const pick = <T>(from: readonly T[]) => from[Math.floor(next() * from.length)] as T;
    const parts =
      "sum-core|Sum.Core|b|[x]|==1.0|===1.0|~=1.0| >=1, <2 |==1.*|@| @ |URL@v1|URL@v1#egg=sum-core|-e |-r b.txt|-c b.txt|--hash=sha256:00| ; |;|python_version>'3'|os_name=='nt'| and | or |(|)| | # c|#|\\\n|\n|\n|\r\n|\t|\u000b|-|--pre|,|\"|'|{VAR}|./x|https://x.test/b-1-py3-none-any.whl"
        .replaceAll('URL', CORE)
        .replaceAll('{VAR}', '$' + '{X}')
        .split('|');
    const names = Array.from({ length: 300 }, (_, number) => `file ${number}`);
    const cases = Object.fromEntries(
      names.map((name) => [
        name,
        {
          'requirements.txt': Array.from({ length: 2 + Math.floor(next() * 9) }, () => pick(parts)).join(''),
          'b.txt': 'b==2\n',
        },
      ]),
    );
    const readings = ask(cases);
    const read = names.filter((name) => {
      const { pip } = readings[name] ?? {};
      return pip && !('error' in pip);
    });
    const differing = read.flatMap((name) => {
      const { ours, pip } = readings[name] ?? {};
      return JSON.stringify(pip && 'found' in pip && pip.found) === JSON.stringify(ours?.found)
        ? []
        : [{ text: cases[name]?.['requirements.txt'], ours: ours?.found, pip }];
    });

    expect(differing).toEqual([]);
    expect(read.length).toBeGreaterThan(30);
  });
});

describe.skipIf(spawnSync('python3', ['--version']).status !== 0)('versions', () => {
  it('are compared as PEP 440 compares them', () => {
    const said = execFileSync(
      'python3',
      [
        '-c',
        `${SOURCE.split('SESSION, answers')[0]}\nprint(json.dumps([same_version(*pair.split()) for pair in json.load(sys.stdin)]))`,
      ],
      {
        input: JSON.stringify([
          '1.0 1.0.0',
          '1.0 1.0+local',
          '1.0+a 1.0+b',
          '1.0rc1 1.0-RC.1',
          '1.0a 1.0alpha0',
          '1.0-1 1.0.post1',
          '1!1.0 1.0',
          'v1.0 1.0',
          '1.0.dev1 1.0dev1',
          '1.0 1.0.1',
          'x x',
          '1.10 1.1',
          '1.0c1 1.0rc1',
        ]),
        encoding: 'utf8',
      },
    );

    expect(JSON.parse(said)).toEqual([
      true,
      true,
      false,
      true,
      true,
      true,
      false,
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
  });
});
