import { defineConfig } from 'vitest/config';

/** How long a condition is waited for: as long as a busy machine may need. Milliseconds. */
const expect = { poll: { timeout: 20_000 } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          expect,
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/acceptance/**', 'test/bench/**'],
          setupFiles: ['test/support/no-processes.ts'],
          // Pure code keeps nothing between two files; to load it anew for each takes longer than all tests.
          isolate: false,
          // Against tests that hang; how fast one is says nothing on a machine that others use too.
          testTimeout: 30_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'integration',
          expect,
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // They wait for processes half of the time; one core would be left idle where there are two.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'bench',
          include: ['test/bench/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'acceptance',
          expect,
          include: ['test/acceptance/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          // Each file has a host of its own, and mostly waits for it.
          maxWorkers: 3,
        },
      },
    ],
  },
});
