#!/usr/bin/env node
import { Command } from 'commander';
import { checkConfiguration } from './check.ts';
import { runProcess } from './processes.ts';
import { setupOrExit } from './setup.ts';

const WORKS = { slack: false, approvals: true, redis: true, ssh: true } as const;
const LISTENS = { slack: true, approvals: true, redis: true } as const;

const program = new Command('rollback-bot').description('Rolls back sites, asked for and approved in Slack.');

program
  .command('start')
  .description('bot and worker in one process')
  .action(async () =>
    runProcess(await setupOrExit({ ...LISTENS, ...WORKS, slack: true }), ['bot', 'worker']),
  );
program
  .command('bot')
  .description('the Slack side alone')
  .action(async () => runProcess(await setupOrExit(LISTENS), ['bot']));
program
  .command('worker')
  .description('the host side alone')
  .action(async () => runProcess(await setupOrExit(WORKS), ['worker']));
program
  .command('check')
  .description('check environment and configuration; contacts nothing')
  .action(checkConfiguration);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
