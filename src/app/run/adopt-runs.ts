import { foldRun } from '../../domain/lifecycle/fold.ts';
import type { StoredEvent } from '../../domain/run/event.ts';
import { isTerminal, type Run } from '../../domain/run/run.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import type { Hosts } from '../ports/host.ts';
import type { Signer } from '../ports/outside.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Wakeups } from '../ports/workers.ts';
import { onHost } from './on-host.ts';

export interface AdoptDeps {
  readonly hosts: Hosts;
  readonly store: Pick<RunStore, 'read' | 'events' | 'activeOn' | 'adopt' | 'catchUp'>;
  readonly signer: Signer;
  readonly wakeups: Wakeups;
}

/** The runs that a site's host knew more about than the record, by their ids. */
export interface LostRuns {
  readonly adopted: readonly string[];
  /** Someone has asked for another run of the site meanwhile. These can be taken up once that one has ended. */
  readonly waiting: readonly string[];
  /** They have begun on the host, but the record lost that and has taken another course since. Nobody follows them. */
  readonly astray: readonly string[];
}

/**
 * Takes up the runs that began on a site's host and that the record has lost, wholly or at the end. Each continues from what
 * its host says. Errors: HostError if the host can't be asked; throws if a record of ours does not hold together.
 */
export async function adoptLostRuns(deps: AdoptDeps, site: Site): Promise<LostRuns> {
  const active = await deps.store.activeOn(siteKey(site));
  const found = await onHost(deps.hosts, site, (host) => host.lostRecords(active));
  const [adopted, waiting, astray]: [string[], string[], string[]] = [[], [], []];
  for (const { run: id, record } of found) {
    const events = readRecord(id, record, deps.signer);
    if (events === null) continue;
    const known = await deps.store.events(id);
    if (hasAllOf(known, events)) continue;
    const run = foldRun(id, events);
    if (!belongsHere(run, site)) continue;
    const standing = standingOf(id, known, events);
    if (standing === 'whole') continue;
    if (standing === 'astray') astray.push(id);
    else if (standing !== 'occupied' && (await takeUp(deps, { run, known, events, standing }))) {
      adopted.push(id);
      await Promise.all([deps.wakeups.advance(id), deps.wakeups.show(id)]);
    } else if (standing !== 'unknown' || (await deps.store.read(id)) === null) waiting.push(id);
  }
  return { adopted, waiting, astray };
}

interface FoundRecord {
  readonly run: Run;
  readonly known: readonly StoredEvent[];
  readonly events: readonly StoredEvent[];
  readonly standing: 'unknown' | 'behind' | 'namesake';
}

/** False: someone else wrote first, or the site is taken. */
function takeUp({ store }: AdoptDeps, { run, known, events, standing }: FoundRecord): Promise<boolean> {
  if (standing === 'unknown') return store.adopt(run, events);
  const now = foldRun(run.id, known);
  return standing === 'namesake'
    ? store.adopt(run, events, now)
    : store.catchUp(now, events.slice(known.length));
}

/**
 * How our record of a run compares with the copy on its host. `unknown`: we have none. `behind`: we have only its beginning.
 * `whole`: we have all that matters. `astray`: ours took another course, while the run began on the host. `namesake`,
 * `occupied`: another request has the same id, because Redis had lost its counter too and someone asked before we had asked
 * the host; that request has ended, or is still open. If it has begun itself, it did so on another host of the same slug.
 */
function standingOf(
  id: string,
  known: readonly StoredEvent[],
  kept: readonly StoredEvent[],
): FoundRecord['standing'] | 'whole' | 'astray' | 'occupied' {
  const [first] = known;
  if (first === undefined) return 'unknown';
  const last = known.at(-1);
  const isAnother = first.hash !== kept[0]?.hash;
  if (!isAnother && kept.length > known.length && kept[known.length - 1]?.hash === last?.hash)
    return 'behind';
  if (isAnother && attempts(known) === 0)
    return isTerminal(foldRun(id, known).state) ? 'namesake' : 'occupied';
  return attempts(kept) > (isAnother ? 0 : attempts(known)) ? 'astray' : 'whole';
}

function hasAllOf(known: readonly StoredEvent[], kept: readonly StoredEvent[]): boolean {
  return known[kept.length - 1]?.hash === kept.at(-1)?.hash;
}

/** How many attempts have begun. */
function attempts(events: readonly StoredEvent[]): number {
  return events.filter(({ event }) => event.type === 'switch-started' || event.type === 'recovery-begun')
    .length;
}

function belongsHere(run: Run, site: Site): boolean {
  return run.request.site === siteKey(site) && !isTerminal(run.state);
}

/** Null if the signature is not ours: another bot's run, or a forgery, is none of our business. */
function readRecord(run: string, record: string, signer: Signer): readonly StoredEvent[] | null {
  const [signature = '', ...rest] = record.split('\n');
  const text = rest.join('\n');
  return signer.verify(`${run} ${text}`, signature) ? (JSON.parse(text) as readonly StoredEvent[]) : null;
}
