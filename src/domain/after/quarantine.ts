import { type Accounts, isSamePerson } from '../approval/persons.ts';
import { followUpTitle } from '../checklist/follow-up-items.ts';
import type { QuarantineEntry } from '../host/survey.ts';
import type { Quarantined } from '../plan/plan.ts';
import type { Refusal } from '../refusal.ts';
import type { Run } from '../run/run.ts';
import { oneLine } from '../text/printable.ts';
import { type CommitInfo, commitLabel } from '../version/commit.ts';
import { followUpsClosedAt, followUpsOf, openFollowUps, openWithOwners } from './follow-ups.ts';

/** A name becomes the name of a file on the host. If a tag has other characters, its commit stands for it. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/;

/** A pin can also name a branch, and nobody wants `main` quarantined. */
const VERSION = /^v?\d/;

/**
 * The names of the version that a plan leaves: its commit, its tags, and its sum-core pin. The pin counts only if it means
 * this version alone: not if the target has it too, or another commit that ran here before. Empty if the code stays, or if
 * someone has already checked the target out, because then nobody can tell what ran before.
 */
export function namesLeft(
  live: CommitInfo,
  target: CommitInfo | null,
  pinRanBefore: boolean,
): readonly string[] {
  if (target === null || target.commit === live.commit) return [];
  const kept = namesOf(target);
  const pin = live.pin !== null && VERSION.test(live.pin) && !pinRanBefore ? [live.pin] : [];
  const names = new Set([live.commit, ...live.tags, ...pin]);
  return [...names].filter((name) => FILE_NAME.test(name) && !kept.has(name));
}

/** The names under which the version that a run left is quarantined; empty: none is. */
export function quarantinedNames(run: Run): readonly string[] {
  return run.state === 'succeeded' ? (run.plan?.facts.leaves ?? []) : [];
}

/** What people call the version that a run left: its tag or pin, or the beginning of its commit. */
export function quarantinedLabel(names: readonly string[]): string {
  return names.find((name) => !/^[0-9a-f]{40}$/.test(name)) ?? names[0]?.slice(0, 8) ?? '';
}

/**
 * The line of a run in each of its quarantine files on the host: run, moment and reason, separated by tabs. Errors: throws
 * if the run has left no version.
 */
export function quarantineLine({ id, plan, request, end }: Run): string {
  if (!plan?.facts.target || end === null) throw new Error(`run ${id} has left no version`);
  const { live, target } = plan.facts;
  const reason = request.reason === null ? '' : `: ${request.reason}`;
  const why = `left ${commitLabel(live)} for ${commitLabel(target)}${reason}`;
  return [id, end.at, why.replaceAll(/[\s\p{C}]+/gu, ' ').slice(0, 200)].join('\t');
}

/**
 * The quarantines of a version, by the record and by the host. `known`: the runs of this site in the record. If the
 * follow-ups of one are closed, its file does not count: a worker is about to remove it.
 */
export function quarantinesOf(
  version: CommitInfo,
  onHost: readonly QuarantineEntry[],
  known: readonly Run[],
): readonly Quarantined[] {
  const names = namesOf(version);
  const recorded = known.flatMap((run): readonly Quarantined[] => {
    const name = quarantinedLabel(quarantinedNames(run).filter((one) => names.has(one)));
    return name === '' || openFollowUps(run).length === 0
      ? []
      : [{ name, run: run.id, since: run.end?.at ?? null, why: null, owed: openWithOwners(run) }];
  });
  const others = onHost
    .filter(({ name, run }) => names.has(name) && !known.some(({ id }) => id === run))
    // Of several names the commit comes last: people know a version by its tag.
    .toSorted((a, b) => a.name.length - b.name.length)
    .map(({ name, run, since, why }): Quarantined => ({ name, run, since, why, owed: null }));
  const once = others.filter(
    (one, index) => one.run === null || others.findIndex(({ run }) => run === one.run) === index,
  );
  return [...recorded, ...once];
}

/**
 * The name of a version whose quarantine this person has lifted, by closing the follow-ups or doing the last one; null: they
 * have not. Whoever lifted it must not be the only one who then brings the version back.
 */
export function liftedBy(
  person: string,
  version: CommitInfo,
  known: readonly Run[],
  accounts?: Accounts,
): string | null {
  const names = namesOf(version);
  const isOwn = (id: string | null) => id !== null && isSamePerson(id, person, accounts);
  const own = known.filter((run) => isOwn(lifter(run))).flatMap(quarantinedNames);
  return quarantinedLabel(own.filter((name) => names.has(name))) || null;
}

function lifter(run: Run): string | null {
  if (followUpsClosedAt(run) === null) return null;
  const done = followUpsOf(run).flatMap((one) => (one.done === null ? [] : [one.done]));
  return run.followUps.closed?.by ?? done.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1)?.by ?? null;
}

/** Every name that is quarantined on this site, by the host and by the record. */
export function namesInQuarantine(
  onHost: readonly QuarantineEntry[],
  known: readonly Run[],
): ReadonlySet<string> {
  const open = known.filter((run) => openFollowUps(run).length > 0).flatMap(quarantinedNames);
  return new Set([...onHost.map(({ name }) => name), ...open]);
}

/** How the place that shows a sentence writes people, moments and text of others. */
export interface Writing {
  readonly person: (id: string) => string;
  readonly moment: (iso: string) => string;
  readonly words: (text: string) => string;
}

/** The warning for whoever asks for such a version. */
export function quarantineSentence({ name, run, since, why, owed }: Quarantined, writing: Writing): string {
  const { person, moment, words } = writing;
  const is = since === null ? 'is' : 'has been';
  const begun = since === null ? '' : ` since ${moment(since)}`;
  const left = run === null ? '' : `: ${words(run)} rolled back from it`;
  const said = why === null || why === '' ? '' : ` The file on the host says: ${words(why)}.`;
  const rest =
    owed === null
      ? `${said} ${run === null ? 'Someone placed its file on the host by hand.' : 'The bot has no record of this run.'}`
      : ` Still open: ${owed.map((one) => `${followUpTitle(one.item)} (${one.owner === null ? 'nobody has it' : person(one.owner)})`).join(', ')}.`;
  return `${words(name)} ${is} quarantined for this site${begun}${left}.${rest}`;
}

/** The refusal, with the quarantine named in it: whoever asks may want the very upgrade that was rolled back. */
export function alsoQuarantined(refused: Refusal, [first]: readonly Quarantined[] = []): Refusal {
  if (first === undefined) return refused;
  const { name, run } = first;
  const why =
    run === null
      ? 'someone placed a quarantine file on its host'
      : `${oneLine(run)} rolled back from it, and its follow-ups are still open`;
  return {
    ...refused,
    sentence: `${refused.sentence} ${oneLine(name)} is quarantined for this site: ${why}.`,
  };
}

function namesOf({ commit, tags, pin }: CommitInfo): ReadonlySet<string> {
  return new Set([commit, ...tags, ...(pin === null ? [] : [pin])]);
}
