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

/** The runs of which a site's host knew more than the record, by their ids. */
export interface LostRuns {
  readonly adopted: readonly string[];
  /** Somebody has asked for another run of the site meanwhile: they can be taken up as soon as that has ended. */
  readonly waiting: readonly string[];
  /** They have begun on the host, and the record has lost that and says otherwise since: nobody follows them. */
  readonly astray: readonly string[];
}

/**
 * Takes up the runs that began on a site's host and that the record does not know, because it was lost, or of which it does
 * not know any more that they have begun: each goes on from what its host says. Errors: HostError where the host cannot be
 * asked; throws where a record of ours does not hold together.
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

/** False: somebody else wrote first, or the site is taken. */
function takeUp({ store }: AdoptDeps, { run, known, events, standing }: FoundRecord): Promise<boolean> {
  if (standing === 'unknown') return store.adopt(run, events);
  const now = foldRun(run.id, known);
  return standing === 'namesake'
    ? store.adopt(run, events, now)
    : store.catchUp(now, events.slice(known.length));
}

/**
 * What the record knows of a run that its host has kept: nothing, or only its beginning; all of it; that it went another way. Or
 * another request has its id, as Redis had lost its count of runs as well and somebody was faster than the look at the host: that
 * one has ended, is under way, or has begun, on another host of the same site in another environment.
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

/** How many have begun. */
function attempts(events: readonly StoredEvent[]): number {
  return events.filter(({ event }) => event.type === 'switch-started' || event.type === 'recovery-begun')
    .length;
}

function belongsHere(run: Run, site: Site): boolean {
  return run.request.site === siteKey(site) && !isTerminal(run.state);
}

/** Null where the signature is not ours: another bot's run, or somebody's invention, is none of our business. */
function readRecord(run: string, record: string, signer: Signer): readonly StoredEvent[] | null {
  const [signature = '', ...rest] = record.split('\n');
  const text = rest.join('\n');
  return signer.verify(`${run} ${text}`, signature) ? (JSON.parse(text) as readonly StoredEvent[]) : null;
}
