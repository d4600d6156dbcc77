import { sha256 } from '../domain/digest.ts';

/** The braces put every key of the bot into one slot of a Redis Cluster. Scripts over several keys need that. */
export const DEFAULT_PREFIX = '{rollback}';

/** How long the record of an ended run is kept. */
export const RETENTION_DAYS = 400;
export const RETENTION_SECONDS = RETENTION_DAYS * 24 * 60 * 60;

const SLUG = /^[a-z0-9][a-z0-9._-]{0,99}$/i;
const SITE = /^[a-z0-9][a-z0-9._-]{0,99}@[a-z]{1,20}$/i;
const RUN_ID = /^[a-z0-9][a-z0-9._-]{0,99}-[1-9][0-9]{0,14}$/i;
const PERSON = /^[UW][A-Z0-9]{1,30}$/;

/** One lease for each, so that working on a run, telling others and asking its silent host do not block each other. */
export type LeaseOf = 'work' | 'telling' | 'asking' | 'glass';

export interface StoreKeys {
  /** The beginning of a run's keys. Scripts append the id that they have just counted. */
  readonly runs: string;
  readonly active: string;
  readonly recent: string;
  /** Counts all runs. `recent` uses it as its order, whatever the clocks of the processes say. */
  readonly begun: string;
  /** Ended runs that still have tasks, by when the next one is due. */
  readonly owing: string;
  /** Names the record as a whole. */
  readonly life: string;
  counter(slug: string): string;
  site(site: string): string;
  recentOn(site: string): string;
  request(requestKey: string): string;
  events(runId: string): string;
  /** The record of an ended request whose id went back to a run that was taken up from its host. */
  aside(runId: string): string;
  messages(runId: string): string;
  claim(runId: string, surface: string): string;
  lease(runId: string, of: LeaseOf): string;
  readiness(site: string): string;
  /** The second factors of all people, by person. */
  readonly factors: string;
  invitation(person: string): string;
}

/** All key names. Text that people typed goes in as a hash, or not at all. */
export function storeKeys(prefix: string = DEFAULT_PREFIX): StoreKeys {
  const base = `${prefix}:rb`;
  const runs = `${base}:run:`;
  const run = (runId: string) => runs + checked(RUN_ID, runId, 'a run id');
  return {
    runs,
    active: `${base}:active`,
    recent: `${base}:recent`,
    begun: `${base}:begun`,
    owing: `${base}:owing`,
    life: `${base}:life`,
    counter: (slug) => `${base}:counter:${checked(SLUG, slug, 'a slug')}`,
    site: (site) => `${base}:site:${checked(SITE, site, 'a site')}`,
    recentOn: (site) => `${base}:recent:${checked(SITE, site, 'a site')}`,
    request: (requestKey) => `${base}:request:${sha256(requestKey)}`,
    events: (runId) => `${run(runId)}:events`,
    aside: (runId) => `${run(runId)}:aside`,
    messages: (runId) => `${run(runId)}:messages`,
    claim: (runId, surface) => `${run(runId)}:claim:${sha256(surface)}`,
    lease: (runId, of) => `${run(runId)}:${of === 'work' ? 'lease' : of}`,
    readiness: (site) => `${base}:readiness:${checked(SITE, site, 'a site')}`,
    factors: `${base}:factors`,
    invitation: (person) => `${base}:factor-invitation:${checked(PERSON, person, 'a Slack user id')}`,
  };
}

export function isRunId(text: string): boolean {
  return RUN_ID.test(text);
}

function checked(pattern: RegExp, text: string, what: string): string {
  if (!pattern.test(text)) throw new Error(`${JSON.stringify(text.slice(0, 100))} is not ${what}`);
  return text;
}
