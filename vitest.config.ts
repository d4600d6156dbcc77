import { defineConfig } from 'vitest/config';

/**
 * Against what hangs, and nothing else: how long a test takes says nothing on a machine that others use too. What waits for a
 * condition gives up first, as it can say for what it has waited.
 */
const CEILING_MS = 600_000;
const ceilings = {
  testTimeout: CEILING_MS,
  hookTimeout: CEILING_MS,
  expect: { poll: { timeout: CEILING_MS / 3 } },
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          ...ceilings,
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/acceptance/**', 'test/bench/**'],
          setupFiles: ['test/support/no-processes.ts'],
          // Pure code keeps nothing between two files; to load it anew for each takes longer than all tests.
          isolate: false,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'integration',
          ...ceilings,
          include: ['test/integration/**/*.test.ts'],
          // They wait for processes half of the time; one core would be left idle where there are two.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'bench',
          ...ceilings,
          include: ['test/bench/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'acceptance',
          ...ceilings,
          include: ['test/acceptance/**/*.test.ts'],
          // Each file has a host of its own, and mostly waits for it.
          maxWorkers: 3,
        },
      },
    ],
  },
});
