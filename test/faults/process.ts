import { setupOrExit } from '../../src/entry/parts/setup.ts';
import { runProcess } from '../../src/entry/processes/processes.ts';

/** The product's own process. Only its pace differs: others take over within a second or two. */
const half = process.argv[2] === 'bot' ? 'bot' : 'worker';
const needs =
  half === 'bot'
    ? { slack: true, approvals: true, redis: true }
    : { slack: false, approvals: true, redis: true, ssh: true };
await runProcess(await setupOrExit(needs), [half], {
  leaseMs: 1_500,
  roundMs: 500,
  patience: { lostAfterMs: 6_000, askAgainMs: 1_000 },
});
