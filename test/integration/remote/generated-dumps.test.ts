import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { onPath } from '../../../sandbox/host/install-programs.ts';

const COMPARE = fileURLToPath(new URL('../../dumps/compare.py', import.meta.url));

it.skipIf(!existsSync('/usr/lib/postgresql') || onPath('python3') === null)(
  'generated dumps are judged as PostgreSQL judges them',
  () => {
    const { stdout, stderr, status } = spawnSync(
      'python3',
      [COMPARE, '--count', '60', '--seed', '20261130'],
      {
        encoding: 'utf8',
      },
    );

    expect({ status, last: stdout.trimEnd().split('\n').at(-1) }, `${stdout}${stderr}`).toEqual({
      status: 0,
      last: expect.stringMatching(/^60 dumps: .*; 0 judged in another way than PostgreSQL$/),
    });
  },
);
