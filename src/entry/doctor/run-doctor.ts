import { enrolledPeople } from '../../app/factor/unenrolled.ts';
import type { Site } from '../../domain/site/site.ts';
import { createSiteProbe } from '../../probe/site-probe.ts';
import { inspectRecords } from '../../records/inspect-records.ts';
import { inspectSlack } from '../../slack/client/inspect.ts';
import { inspectedSshHosts } from '../../ssh/host.ts';
import { askOne, type CheckResult, exitCodeOf, ok, renderResult, warn } from '../parts/check-result.ts';
import { namedSite } from '../parts/named-site.ts';
import { type Setup, setupOrExit, sshCredentials, systemClock } from '../parts/setup.ts';
import { withStores } from '../parts/with-store.ts';
import { inspectSite } from './inspect-site.ts';
import { recordsResults } from './records-checks.ts';
import { inspectRedis, redisResults } from './redis-checks.ts';
import { siteResults } from './site-checks.ts';
import { slackResults, slackUse } from './slack-checks.ts';

/** The first fetch of a big repository takes its time. */
const RECORDS_MS = 120_000;

/** `rollback-bot doctor [site]`: asks now for everything that a rollback will need. Changes nothing anywhere. */
export async function runDoctor(siteText: string | undefined): Promise<void> {
  const setup = await setupOrExit({ slack: true, approvals: true, redis: true, ssh: true });
  const all = setup.configuration.inventory.sites;
  const sites = siteText === undefined ? all : [namedSite(all, siteText)];
  process.exitCode = await printResults([
    Promise.resolve(configurationResults(setup)),
    checkSlack(setup, sites),
    checkRedis(setup),
    checkRecords(setup, sites),
    ...checkSites(setup, sites),
  ]);
}

/** Asks all parts at once, and prints each in its turn as soon as it is known. */
async function printResults(parts: readonly Promise<readonly CheckResult[]>[]): Promise<0 | 1> {
  const printed: CheckResult[] = [];
  for (const part of parts) {
    const results = await part;
    for (const result of results) process.stdout.write(renderResult(result));
    printed.push(...results);
  }
  return exitCodeOf(printed);
}

function configurationResults({ environment, configuration }: Setup): readonly CheckResult[] {
  const { length } = configuration.inventory.sites;
  return [
    ok(`configuration: ${environment.configurationPath}, ${length} ${length === 1 ? 'site' : 'sites'}`),
    ...environment.warnings.map((warning) => warn('environment', warning)),
    ...configuration.warnings.map((warning) => warn('configuration', warning)),
  ];
}

async function checkSlack(setup: Setup, sites: readonly Site[]): Promise<readonly CheckResult[]> {
  const { slack } = setup.environment;
  if (slack === null) throw new Error('the doctor needs Slack');
  const { connection } = slack;
  const facts = await inspectSlack({
    botToken: slack.botToken.reveal(),
    apiUrl: slack.apiUrl,
    appToken: connection.kind === 'socket' ? connection.appToken.reveal() : null,
    ...slackUse(sites),
  });
  return slackResults(facts, sites, await enrolledOrNull(setup, sites));
}

/** If Redis does not answer, its own check says so. */
async function enrolledOrNull(setup: Setup, sites: readonly Site[]): Promise<ReadonlySet<string> | null> {
  if (sites.every(({ approval }) => approval.factor === undefined)) return null;
  return withStores(setup, ({ factors }) => enrolledPeople(factors)).catch(() => null);
}

async function checkRedis({ environment, configuration }: Setup): Promise<readonly CheckResult[]> {
  const { redisUrl } = environment;
  if (redisUrl === null) throw new Error('the doctor needs Redis');
  return redisResults(await inspectRedis(redisUrl.reveal()), configuration.settings.redis.allowUnfit);
}

async function checkRecords(
  { environment, configuration }: Setup,
  sites: readonly Site[],
): Promise<readonly CheckResult[]> {
  const { records } = configuration.settings;
  if (records === null) return [];
  const asked = await askOne(RECORDS_MS, () => inspectRecords(records, environment.ssh));
  return recordsResults(records, asked, sites);
}

function checkSites({ environment }: Setup, sites: readonly Site[]): Promise<readonly CheckResult[]>[] {
  const hosts = inspectedSshHosts(sshCredentials(environment));
  const probe = createSiteProbe();
  const results = sites.map(async (site) =>
    siteResults(site, await inspectSite(hosts, probe, site), systemClock.now()),
  );
  void Promise.allSettled(results).then(() => hosts.close());
  return results;
}
