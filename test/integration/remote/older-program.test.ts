import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/domain/digest.ts';
import { launchCommand, stateCommand } from '../../../src/remote/run-commands.ts';
import { type StandInHost, standInHost } from '../../support/host/stand-in-host.ts';

/** Each word in single quotes, as in the commands of a run. */
const words = (command: string) => [...command.matchAll(/'([^']*)'/g)].map(([, word = '']) => word);

const SECOND = 'acme-kitchens-1/attempt-2';

/**
 * A program stays on its host under its hash, and a later version of the bot may carry out a decision about its run. So the
 * program must understand what that version calls. The record was written by an earlier version.
 */
describe('a program that an earlier version of the bot has placed', () => {
  let host: StandInHost;
  let program: string;

  beforeEach(() => {
    host = standInHost();
    program = inTheEarlierVersion(host.program('full'));
    host.set('fail-static', 'yes');
    host.run('sh', program);
    if (host.result() !== 'hold static 1')
      throw new Error(`it should hold at the static files: ${host.result()}`);
  });

  afterEach(() => {
    host.remove();
  });

  /** The same values, followed by the body of that version. */
  function inTheEarlierVersion(path: string): string {
    const record = new URL('../../fixtures/records/2026-11-28-retry.jsonl', import.meta.url);
    const planned = readFileSync(record, 'utf8')
      .split('\n')
      .find((line) => line.includes('"type":"planned"'));
    const { program: earlier } = (JSON.parse(planned ?? '{}') as { event: { plan: { program: string } } })
      .event.plan;
    const now = readFileSync(path, 'utf8');
    // A value that only that version had.
    const values = `${now.slice(0, now.indexOf('\n\n'))}\nFOREIGN_EXTENSIONS='pg_trgm uuid-ossp'`;
    const text = values + earlier.slice(earlier.indexOf('\n\n'));
    const placed = join(path, '..', `${sha256(text)}.sh`);
    writeFileSync(placed, text);
    chmodSync(placed, 0o755);
    return placed;
  }

  const sha = () => /([0-9a-f]{64})\.sh$/.exec(program)?.[1] ?? '';

  it('reports what is on its host', () => {
    const [shell, path, verb, run] = words(stateCommand(host.root, 'acme-kitchens-1', sha()));

    expect([shell, path, run]).toEqual(['sh', program, host.runFile('')]);
    expect(verb).toBe('look');
    expect(host.look('sh', program)).toContain('database restored');
  });

  it.each([
    ['retry', 'done stable 0'],
    ['go-back', 'put-back go-back 0'],
  ] as const)('continues when people decide to %s', (action, result) => {
    const attempt = { run: 'acme-kitchens-1', number: 2, digest: 'decision' };
    const command = words(launchCommand(host.root, attempt, sha(), { action, step: 'static', attempt: 2 }));
    rmSync(join(host.root, '..', 'state', 'fail-static'));

    expect(command.slice(-5)).toEqual([
      'continue',
      host.runFile(''),
      host.runFile('', SECOND),
      action,
      'static',
    ]);
    host.goOn('sh', program, 2, action, 'static');

    expect(host.result(SECOND)).toBe(result);
  });
});
