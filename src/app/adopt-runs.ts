import type { StoredEvent } from '../domain/event.ts';
import { foldRun, isTerminal, type Run } from '../domain/run.ts';
import { type Site, siteKey } from '../domain/site.ts';
import type { Hosts } from './host-port.ts';
import { onHost } from './on-host.ts';
import type { RunStore, Signer, Wakeups } from './ports.ts';

export interface AdoptDeps {
  readonly hosts: Hosts;
  readonly store: Pick<RunStore, 'read' | 'events' | 'activeOn' | 'adopt' | 'catchUp'>;
  readonly signer: Signer;
  readonly wakeups: Wakeups;
}

/** The record of a run as it lies on its host: signed, because whoever owns the site could write there. */
export function recordText(run: string, events: readonly StoredEvent[], signer: Signer): string {
  const text = JSON.stringify(events);
  return `${signer.sign(`${run} ${text}`)}\n${text}`;
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
    const namesake = namesakeIn(id, known, events);
    if (namesake === null && knowsBetter(known, events)) {
      if (!hasBegun(known) && hasBegun(events)) astray.push(id);
      continue;
    }
    const run = foldRun(id, events);
    if (!belongsHere(run, site)) continue;
    const took =
      known.length === 0 || namesake !== null
        ? await deps.store.adopt(run, events, namesake ?? undefined)
        : await deps.store.catchUp(foldRun(id, known), events.slice(known.length));
    if (took) {
      adopted.push(id);
      await Promise.all([deps.wakeups.advance(id), deps.wakeups.show(id)]);
    } else if (namesake !== null || (await deps.store.read(id)) === null) waiting.push(id);
  }
  return { adopted, waiting, astray };
}

/** A record that has lost its end is the beginning of the one on the host. Any other one knows better than that. */
function knowsBetter(known: readonly StoredEvent[], kept: readonly StoredEvent[]): boolean {
  if (known.length === 0) return false;
  return kept.length <= known.length || kept[known.length - 1]?.hash !== known.at(-1)?.hash;
}

/**
 * Another request that was given the same id: Redis had lost its count of runs as well, and somebody was faster than the look at
 * the host. It has begun nothing there, because the host has that run. null: the record is of the same request, or of none.
 */
function namesakeIn(id: string, known: readonly StoredEvent[], kept: readonly StoredEvent[]): Run | null {
  const [first] = known;
  return first === undefined || first.hash === kept[0]?.hash || hasBegun(known) ? null : foldRun(id, known);
}

function hasBegun(events: readonly StoredEvent[]): boolean {
  return events.some(({ event }) => event.type === 'switch-started');
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
