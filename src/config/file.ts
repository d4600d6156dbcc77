import type { RecordsPlace } from '../domain/site/records-repository.ts';
import { type Site, siteKey } from '../domain/site/site.ts';
import { clearTextWarnings } from './clear-text.ts';
import { type ConfigFinding, readDocument } from './document.ts';
import { layered } from './layers.ts';
import { peopleWarnings } from './people-warnings.ts';
import { missingKeys, schemaFindings } from './problems.ts';
import { nightlyLook, type ReadinessSettings, readinessSettings, readinessWarnings } from './readiness.ts';
import { rehearsalOf } from './rehearsal.ts';
import { configurationSchema, type RawConfiguration } from './schema.ts';
import { clashes, environmentOf, toSite } from './sites.ts';

/** What the file says besides the sites. */
export interface FileSettings {
  /** null: no records are kept in git. */
  readonly records: RecordsPlace | null;
  readonly redis: { readonly allowUnfit: boolean };
  /** null: no nightly readiness checks. */
  readonly readiness: ReadinessSettings | null;
}

/** The sites in the shape of the `Inventory` port. */
export interface ConfiguredInventory {
  readonly sites: readonly Site[];
  byKey(key: string): Site | undefined;
}

export interface Configuration {
  readonly inventory: ConfiguredInventory;
  readonly settings: FileSettings;
  /** One line each: allowed, but probably not meant. */
  readonly warnings: readonly string[];
}

/**
 * Turns the configuration file's text into domain values; or names every problem, one line each, with its place in the file.
 */
export function parseConfiguration(
  text: string,
  path: string,
): Configuration | { readonly problems: readonly string[] } {
  const document = readDocument(text, path);
  if ('problems' in document) return document;
  const { value, lines } = document;
  if (value === null) return { problems: [`${path}: is empty; start from rollback.example.yml`] };
  const parsed = configurationSchema.safeParse(value);
  const missing = missingKeys(value);
  if (!parsed.success)
    return { problems: lines([...schemaFindings(parsed.error.issues, value), ...missing]) };
  if (missing.length > 0) return { problems: lines(missing) };
  const { defaults = {}, environments = {}, accounts, readiness } = parsed.data;
  const sites = parsed.data.sites.map((own) => {
    const environment = environmentOf(defaults, own);
    const site = layered(layered(defaults, environments[environment] ?? {}), own);
    return { ...toSite(site, accounts), ...nightlyLook(readiness, site), ...rehearsalOf(site.rehearsal) };
  });
  const settings = settingsOf(parsed.data);
  const clashing = [...clashes(sites), ...recordsFindings(settings.records)];
  if (clashing.length > 0) return { problems: lines(clashing) };
  return {
    inventory: inventoryOf(sites),
    settings,
    warnings: lines([...peopleWarnings(sites), ...readinessWarnings(sites), ...clearTextWarnings(sites)]),
  };
}

function inventoryOf(sites: readonly Site[]): ConfiguredInventory {
  const byKey = new Map(sites.map((site) => [siteKey(site), site]));
  return { sites, byKey: (key) => byKey.get(key) };
}

function settingsOf({ records, redis, readiness }: RawConfiguration): FileSettings {
  return {
    records: records === undefined ? null : recordsOf(records),
    redis: { allowUnfit: redis?.allowUnfit ?? false },
    readiness: readinessSettings(readiness),
  };
}

function recordsOf(raw: NonNullable<RawConfiguration['records']>): RecordsPlace {
  return {
    repository: raw.repository,
    branch: raw.branch ?? 'develop',
    rollingBranch: raw.rollingBranch ?? 'rollback-bot/records',
    matrix: raw.matrix ?? 'docs/ops-pack/loop-sites-matrix.md',
    incidents: raw.incidents ?? 'docs/ops-pack/what-broke-last-time.md',
    author: raw.author ?? { name: 'rollback-bot', email: 'rollback-bot@localhost' },
    pullRequest: raw.pullRequest?.command ?? null,
  };
}

/** Settings that would make the bot push to the branch that people keep, or write two things into one file. */
function recordsFindings(records: RecordsPlace | null): readonly ConfigFinding[] {
  if (records === null) return [];
  const { branch, rollingBranch, matrix, incidents } = records;
  return [
    ...(branch === rollingBranch
      ? [
          {
            path: ['records', 'rollingBranch'],
            message: `should be another branch than ${branch}, which people keep`,
          },
        ]
      : []),
    ...(matrix === incidents
      ? [{ path: ['records', 'incidents'], message: 'should be another file than the matrix' }]
      : []),
  ];
}
