import { actingPeople } from '../../app/people/acting-people.ts';
import type { Factors } from '../../app/ports/factors.ts';
import type { People } from '../../app/ports/people.ts';
import { type CheckSiteDeps, checkSite } from '../../app/readiness/check-site.ts';
import { approversFinding } from '../../domain/readiness/approvers.ts';
import { type Finding, SUBJECTS, type Subject } from '../../domain/readiness/findings.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import { openPeople } from '../../slack/client/people.ts';
import { sshHosts } from '../../ssh/host.ts';
import { type CheckResult, exitCodeOf, fail, ok, renderResult } from '../parts/check-result.ts';
import { namedSite } from '../parts/named-site.ts';
import { openRecords, type Setup, setupOrExit, sshCredentials, systemClock } from '../parts/setup.ts';
import { inLine, showProgress } from '../parts/terminal.ts';
import { type Stores, withStores } from '../parts/with-store.ts';

const DEFAULT_WISH = { backupMaxAgeMs: 26 * 60 * 60_000, prepare: true };

/**
 * `rollback-bot readiness [site]`: runs the nightly readiness check now, prints it and tells nobody. It needs SSH. It asks
 * for approvers if SLACK_BOT_TOKEN is set, and for past rollbacks if REDIS_URL is, which then needs APPROVAL_SECRET as well. Exit code 1 if something would stand in
 * the way of a rollback.
 */
export async function runReadiness(siteText: string | undefined): Promise<void> {
  const isSet = (name: string) => (process.env[name] ?? '').trim() !== '';
  const setup = await setupOrExit({
    slack: isSet('SLACK_BOT_TOKEN'),
    approvals: isSet('REDIS_URL'),
    redis: isSet('REDIS_URL'),
    ssh: true,
  });
  const all = setup.configuration.inventory.sites;
  const sites = siteText === undefined ? all : [namedSite(all, siteText)];
  if (setup.environment.redisUrl === null) await checkAll(setup, sites, null);
  else await withStores(setup, (stores) => checkAll(setup, sites, stores));
}

async function checkAll(setup: Setup, sites: readonly Site[], stores: Stores | null): Promise<void> {
  const { slack } = setup.environment;
  const records = openRecords(setup);
  const deps: CheckSiteDeps = {
    hosts: sshHosts(sshCredentials(setup.environment)),
    records,
    runs: stores?.runs ?? null,
    clock: systemClock,
    progress: async (what) => showProgress(what),
  };
  const printed: CheckResult[] = [];
  try {
    const people = slack
      ? await openPeople({ botToken: slack.botToken.reveal(), apiUrl: slack.apiUrl }, (error) =>
          process.stderr.write(`Slack: ${inLine(error instanceof Error ? error.message : String(error))}\n`),
        )
      : null;
    for (const site of sites) {
      const results = await resultsOf(deps, site, { people, factors: stores?.factors ?? null });
      for (const result of results) process.stdout.write(renderResult(result));
      printed.push(...results);
    }
  } finally {
    await records.close();
  }
  process.exitCode = exitCodeOf(printed);
}

async function resultsOf(
  deps: CheckSiteDeps,
  site: Site,
  { people, factors }: { readonly people: People | null; readonly factors: Factors | null },
): Promise<readonly CheckResult[]> {
  const checked = await checkSite(deps, site, site.readiness ?? DEFAULT_WISH, new AbortController().signal);
  const approvers =
    people === null ? [] : [approversFinding(site, await actingPeople(people, site, factors))];
  const order = (one: Finding) => SUBJECTS.indexOf(one.subject);
  return [...checked.findings, ...approvers]
    .toSorted((a, b) => order(a) - order(b))
    .map((one) => resultOf(site, one));
}

const TITLES: Readonly<Record<Subject, string>> = {
  host: 'host',
  rights: 'sudo',
  lock: 'lock',
  code: 'code',
  disk: 'disk',
  cause: 'health',
  database: 'database',
  backup: 'backup',
  target: 'version to go back to',
  rehearsal: 'rehearsal',
  approvers: 'approvers',
};

function resultOf(site: Site, finding: Finding): CheckResult {
  const what = `${siteKey(site)}: ${TITLES[finding.subject]}`;
  if (finding.kind === 'good') return ok(`${what}: ${finding.sentence}`);
  const why = finding.sentence.replace(/\.$/, '');
  return finding.next === '' ? fail(what, why) : fail(what, why, finding.next);
}
