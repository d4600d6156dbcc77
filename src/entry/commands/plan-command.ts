import { type PlanDeps, planRollback } from '../../app/plan/plan-rollback.ts';
import type { Clock } from '../../app/ports/outside.ts';
import type { RunWriter } from '../../app/run/pickup.ts';
import { nearest } from '../../commands/nearest.ts';
import { parseCommand, type RollbackCommand } from '../../commands/parse.ts';
import { type AskedBuild, unreviewedRefusal } from '../../domain/approval/build.ts';
import { applyEvent, foldRun } from '../../domain/lifecycle/fold.ts';
import type { RollbackRequest } from '../../domain/run/request.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import { createSiteProbe } from '../../probe/site-probe.ts';
import { buildRows } from '../../report/build.ts';
import { plainVoice } from '../../report/voice.ts';
import { sshHosts } from '../../ssh/host.ts';
import { namedSite, UsageStop, usageStop } from '../parts/named-site.ts';
import { openRecords, setupOrExit, sshCredentials, systemClock } from '../parts/setup.ts';
import { refusalLines, showProgress } from '../parts/terminal.ts';
import { planText } from './plan-text.ts';
import { terminalText } from './status-text.ts';

export interface PlanOptions {
  readonly full?: boolean;
  readonly codeOnly?: boolean;
  readonly databaseOnly?: boolean;
  readonly backup?: string;
}

const USAGE = 'Type, for example: rollback-bot plan acme-kitchens v0.5.0';

/**
 * `rollback-bot plan`: the preflight of a dry run, for when Slack is down. It needs no Slack, no Redis and no secret, and
 * changes nothing except what the preflight builds aside. Errors: throws UsageStop with the refusal.
 */
export async function runPlan(
  siteText: string,
  version: string | undefined,
  options: PlanOptions,
): Promise<void> {
  const setup = await setupOrExit({
    slack: false,
    approvals: false,
    redis: false,
    ssh: true,
  });
  const { environment, configuration } = setup;
  const command = readPlan(siteText, version, options);
  const { sites } = configuration.inventory;
  const site = namedSite(sites, command.siteText);
  const writer = privateWriter({ ...requestOf(command), site: siteKey(site) }, systemClock, showProgress);
  const records = openRecords(setup);
  const deps: PlanDeps = {
    hosts: sshHosts(sshCredentials(environment)),
    probe: createSiteProbe(),
    records,
    clock: systemClock,
    // Nobody can approve anything in a terminal.
    signer: { sign: () => '', verify: () => false },
    nearest,
    // Nobody else follows this run, and it has no number.
    record: { problems: async () => [], mayBeUnfit: false },
    store: {
      skipNumbers: async () => undefined,
      withTasksDue: async () => [],
      read: async () => null,
      recentOn: async () => [],
    },
    wakeups: { advance: async () => undefined, show: async () => undefined, tell: async () => undefined },
  };
  try {
    await planRollback(deps, writer, site);
  } finally {
    await records.close();
  }
  const run = writer.run();
  if (run.build !== null) throw new UsageStop(unreviewedText(site, run.build.asked));
  if (run.refusal !== null) throw new UsageStop(refusalLines(run.refusal));
  if (run.plan === null) throw new Error('the preflight ended without a plan');
  process.stdout.write(planText(site, run.plan, run.id));
}

/** Reads the words of the terminal through the same door as all commands. Errors: throws UsageStop with what is wrong. */
export function readPlan(
  siteText: string,
  version: string | undefined,
  { full, codeOnly, databaseOnly, backup }: PlanOptions,
): RollbackCommand {
  const words = [
    siteText,
    ...(version === undefined ? [] : [version]),
    ...(full === true ? ['--full'] : []),
    ...(codeOnly === true ? ['--code-only'] : []),
    ...(databaseOnly === true ? ['--database-only'] : []),
    ...(backup === undefined ? [] : ['--backup', backup]),
  ];
  // The shell keeps a space inside a word only if it was quoted on purpose. Quote it again, or the parser would see two
  // words.
  const text = words.map((word) => (/\s/.test(word) ? `"${word}"` : word)).join(' ');
  const command = parseCommand(text);
  if (command.kind === 'problem') throw usageStop(command, USAGE);
  if (command.kind === 'form') throw new UsageStop(`The version is missing.\n${USAGE}`);
  if (command.kind !== 'rollback') throw new UsageStop(`${siteText} is not the name of a site.\n${USAGE}`);
  return command;
}

/** In a terminal there is no second person to ask. */
export function unreviewedText(site: Site, asked: AskedBuild): string {
  const rows = buildRows(asked, plainVoice);
  return `${terminalText({ title: '', rows, parts: [] })}\n${refusalLines(unreviewedRefusal(siteKey(site), asked))}`;
}

function requestOf({ version, mode, backup }: RollbackCommand): Omit<RollbackRequest, 'site'> {
  return { version, mode, backup, reason: null, dryRun: true, requester: 'terminal', channel: '' };
}

/** A run that only this process knows: the same events and the same fold, kept in memory. */
export function privateWriter(
  request: RollbackRequest,
  clock: Clock,
  onLooking: (what: string) => void,
): RunWriter {
  const at = clock.now();
  // It has its own directory on the host, beside those of the runs that people ask for in Slack.
  const id = `terminal-${at.replace(/\.\d+/, '').replaceAll(/[-:]/g, '').toLowerCase()}`;
  let run = foldRun(id, [{ seq: 0, at, hash: '', event: { type: 'requested', request } }]);
  return {
    run: () => run,
    append: async (...events) => {
      for (const event of events) {
        if (event.type === 'looked') onLooking(event.what);
        run = applyEvent(run, { seq: run.revision, at: clock.now(), hash: '', event });
      }
      return run;
    },
  };
}
