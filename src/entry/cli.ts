#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { z } from 'zod';
import { runAuditExport, runAuditVerify, runSetAside } from './commands/audit-command.ts';
import { checkConfiguration } from './commands/check.ts';
import { type DiscoverOptions, discover } from './commands/discover-command.ts';
import { type PlanOptions, runPlan } from './commands/plan-command.ts';
import { runReadiness } from './commands/readiness-command.ts';
import { runHistory, runStatus } from './commands/status-command.ts';
import { runDoctor } from './doctor/run-doctor.ts';
import { runFactorEnrol, runFactorInvite, runFactorList, runFactorRemove } from './factor/factor-command.ts';
import { setupOrExit } from './parts/setup.ts';
import { inLines } from './parts/terminal.ts';
import { runProcess } from './processes/processes.ts';

const WORKS = { slack: false, approvals: true, redis: true, ssh: true } as const;
const LISTENS = { slack: true, approvals: true, redis: true } as const;

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));

const program = new Command('rollback-bot')
  .description('Rolls sites back, when people ask for it and approve it in Slack.')
  .version(version);

program
  .command('start')
  .description('run bot and worker in one process')
  .action(async () =>
    runProcess(await setupOrExit({ ...LISTENS, ...WORKS, slack: true }), ['bot', 'worker']),
  );
program
  .command('bot')
  .description('run only the bot: the Slack side')
  .action(async () => runProcess(await setupOrExit(LISTENS), ['bot']));
program
  .command('worker')
  .description('run only the worker: the host side')
  .action(async () => runProcess(await setupOrExit(WORKS), ['worker']));
program
  .command('check')
  .description('check environment and configuration; contacts nothing')
  .action(checkConfiguration);
program
  .command('doctor')
  .description('ask Slack, Redis and every host whether a rollback could work; changes nothing')
  .argument('[site]', 'only this site')
  .action((site: string | undefined) => runDoctor(site));
program
  .command('readiness')
  .description('run the nightly readiness check now and print the result; tells nobody')
  .argument('[site]', 'only this site')
  .action((site: string | undefined) => runReadiness(site));
program
  .command('discover')
  .description('print the configuration for the sites on a host; needs only an SSH key')
  .argument('<host>', 'user@address or user@address:port')
  .option('--fingerprint <sha256>', "the host's key, as read on the host itself")
  .option('--root <path>', 'the directory of all sites', '/srv/sum')
  .action((host: string, options: DiscoverOptions) => discover(host, options));
program
  .command('plan')
  .description('ask a host and print what a rollback would do; needs neither Slack nor Redis')
  .argument('<site>', 'slug, or slug@environment')
  .argument('[version]', 'tag, sum-core version or commit; leave it out with --database-only')
  .option('--full', 'roll back code and database')
  .option('--code-only', 'leave the database as it is')
  .option('--database-only', 'leave the code as it is')
  .option('--backup <file>', "restore this file of the site's backups")
  .action((site: string, version: string | undefined, options: PlanOptions) =>
    runPlan(site, version, options),
  );
program
  .command('status')
  .description('show what is running, how a site stands, or one run with its steps and what people can do')
  .argument('[what]', "a site, or a run's id")
  .option('--json', 'print JSON for other programs')
  .action((what: string | undefined, options: { json?: boolean }) => runStatus(what, options));
program
  .command('history')
  .description('list the newest runs, of all sites or of one')
  .argument('[site]', 'slug, or slug@environment')
  .option('--limit <runs>', 'how many', '20')
  .option('--json', 'print JSON for other programs')
  .action((site: string | undefined, options: { limit: string; json?: boolean }) =>
    runHistory(site, options),
  );
const factor = program
  .command('factor')
  .description('second factors of approvers, for sites with approval.factor');
factor
  .command('list')
  .description('show who has one')
  .action(() => runFactorList());
factor
  .command('enrol')
  .description('set one up here: shows a key for the phone, and asks for the first code')
  .argument('<user>', "a Slack user's id")
  .action((user: string) => runFactorEnrol(user));
factor
  .command('invite')
  .description('let somebody set one up in Slack, once, within 15 minutes')
  .argument('<user>', "a Slack user's id")
  .action((user: string) => runFactorInvite(user));
factor
  .command('remove')
  .description('take one away, for example when a phone is lost; tells the other approvers')
  .argument('<user>', "a Slack user's id")
  .action((user: string) => runFactorRemove(user));
const audit = program.command('audit').description('check or export the record of all runs');
audit
  .command('verify')
  .description('check every seal and every approval in the record')
  .option(
    '--log <file>',
    'compare with a log of bot or worker, or with git log of the records; - for standard input (may be repeated)',
    (file: string, files: readonly string[]) => [...files, file],
    [],
  )
  .action(({ log }: { readonly log: readonly string[] }) => runAuditVerify(log));
audit
  .command('set-aside')
  .description('free a site whose record was changed in Redis and can no longer be read')
  .argument('<run>', 'its run')
  .action((run: string) => runSetAside(run));
audit
  .command('export')
  .description('print all events as JSON lines')
  .argument('[run]', 'only this run')
  .action((run: string | undefined) => runAuditExport(run));

// If a reader stops early, as in `audit export | head`, that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${inLines(error instanceof Error ? error.message : String(error))}\n`);
  process.exit(1);
}
