import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inspectRecords } from '../../../src/records/inspect-records.ts';
import { BEFORE, logText, makePlatform, matrixText, OLD_ENTRY, type Platform, ROLLING } from './platform.ts';

let platform: Platform;

beforeEach(() => {
  platform = makePlatform();
  vi.stubEnv('TMPDIR', platform.base);
});

afterEach(() => {
  vi.unstubAllEnvs();
  platform.remove();
});

it('sees both files, and tries a push that leaves nothing behind on either side', async () => {
  expect(await inspectRecords(platform.place(), platform.login)).toEqual({
    matrix: matrixText(BEFORE),
    incidents: logText(OLD_ENTRY),
    rolling: false,
    pushProblem: null,
  });
  expect(platform.git('branch', '--list', ROLLING)).toBe('');
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('rollback-records-'))).toEqual([]);
});

it('sees the rolling branch and what is missing', async () => {
  platform.git('branch', ROLLING, 'develop');

  expect(await inspectRecords(platform.place({ matrix: 'docs/other.md' }), platform.login)).toEqual({
    matrix: null,
    incidents: logText(OLD_ENTRY),
    rolling: true,
    pushProblem: null,
  });
});

it('says why it cannot check', async () => {
  const gone = `file://${platform.base}/gone.git`;

  await expect(inspectRecords(platform.place({ repository: gone }), platform.login)).rejects.toThrow(/gone/);
  await expect(inspectRecords(platform.place({ incidents: 'docs' }), platform.login)).rejects.toThrow(
    'docs is no plain file',
  );
});
