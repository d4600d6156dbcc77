import { type Refusal, refusal } from '../refusal.ts';
import { shellWord } from '../text/shell.ts';
import { type CommitInfo, commitLabel } from '../version/commit.ts';
import { grantText, rightText, type SudoersSite } from './sudoers.ts';
import type { Survey } from './survey.ts';
import type { StartLimit, UnitStart } from './unit-start.ts';

/** Would systemd refuse to stop a unit, or to start it again? Better to know while the site is up. */
export function unitRefusal(
  { starts, systemctl }: Pick<Survey, 'starts' | 'systemctl'>,
  site: SudoersSite,
): Refusal | null {
  for (const unit of starts) {
    const found = loadRefusal(unit) ?? startRefusal(unit) ?? limitRefusal(unit, site, systemctl);
    if (found !== null) return found;
  }
  return null;
}

function loadRefusal({ name, load, problem, masked }: UnitStart): Refusal | null {
  if (masked)
    return refusal(
      'host-unsupported',
      `${name} is masked, so systemd refuses to start it.`,
      `If the site should run, on the host: sudo systemctl unmask ${shellWord(name)}. Then ask again.`,
    );
  if (load === 'loaded') return null;
  return refusal(
    'host-unsupported',
    `systemd can't read the file of ${name} (${load}${problem === null ? '' : `: ${problem}`}), so it refuses to start it.`,
    `On the host: systemctl status ${shellWord(name)}, and systemd-analyze verify ${shellWord(name)}. Correct the file, then: sudo systemctl daemon-reload. Then ask again.`,
  );
}

const WHY_NOT: Readonly<Record<string, string>> = { masked: 'is masked', 'not-found': 'does not exist' };

function startRefusal(unit: UnitStart): Refusal | null {
  const { name, refusesStart, refusesStop, conditions, needs } = unit;
  if (refusesStart || refusesStop)
    return refusal(
      'host-unsupported',
      `${name} may not be ${refusesStop ? 'stopped' : 'started'} by hand: its file says ${refusesStop ? 'RefuseManualStop' : 'RefuseManualStart'}=yes.`,
      `Take that line out (systemctl edit --full ${shellWord(name)}), then ask again.`,
    );
  const [condition] = conditions;
  if (condition !== undefined)
    return refusal(
      'host-unsupported',
      `systemd would not start ${name} now: its file says ${condition}, and that does not hold.`,
      `Make it hold, or take the line out (systemctl cat ${shellWord(name)} shows it). Then ask again.`,
    );
  const [need] = Object.entries(needs);
  if (need === undefined) return null;
  const [other, why] = need;
  return refusal(
    'host-unsupported',
    `systemd would not start ${name} now: it needs ${other}, which ${WHY_NOT[why] ?? "can't be loaded"}.`,
    `On the host: systemctl status ${shellWord(other)}. Bring it back, or take it out of ${name}. Then ask again.`,
  );
}

/**
 * As long as the program waits for a healthy answer. If systemd counts for longer than that, a version that dies again and
 * again uses up the starts that the previous code needs.
 */
const LONGEST_WAIT = 60;

/** So long after the question, in seconds, nothing is started yet. */
const SOONEST = 10;

function limitRefusal(
  { name, limit, mayReset }: UnitStart,
  site: SudoersSite,
  systemctl: string | null,
): Refusal | null {
  if (limit === null || mayReset) return null;
  const { user } = site.host;
  const often = `${limit.burst} ${limit.burst === 1 ? 'start' : 'starts'} within ${spanText(limit.seconds)}`;
  const next = grantText(site, { systemctl, missing: [rightText('reset-failed', name)] });
  if (refusesNow(limit))
    return refusal(
      'rights-missing',
      `systemd has given up on ${name} after ${often}, and refuses to start it${limit.seconds === null ? '' : ' until that time is over'}. Only reset-failed ends that, and ${user} may not run it with sudo.`,
      next,
    );
  if (!limit.restarts || (limit.seconds !== null && limit.seconds <= LONGEST_WAIT)) return null;
  return refusal(
    'rights-missing',
    `systemd allows ${name} only ${often}. If the target dies again and again, it uses them up, and then systemd refuses the previous code as well. Only reset-failed ends that, and ${user} may not run it with sudo.`,
    next,
  );
}

function refusesNow({ isHit, seconds, sinceLastStart }: StartLimit): boolean {
  return isHit && (seconds === null || sinceLastStart === null || seconds - sinceLastStart > SOONEST);
}

function spanText(seconds: number | null): string {
  if (seconds === null) return 'one boot';
  if (seconds >= 3600) return countOf(seconds / 3600, 'hour');
  return seconds >= 60 ? countOf(seconds / 60, 'minute') : countOf(seconds, 'second');
}

function countOf(count: number, unit: string): string {
  const rounded = Math.round(count * 10) / 10;
  return `${rounded} ${unit}${rounded === 1 ? '' : 's'}`;
}

/**
 * Would this code's own configuration move gunicorn to another address? With a socket unit, systemd listens, and gunicorn
 * takes what it is given.
 */
export function elsewhereRefusal(
  { bind, units }: Pick<Survey, 'bind' | 'units'>,
  target: CommitInfo,
  listens: readonly string[] | null,
): Refusal | null {
  if (listens === null || listens.length === 0 || bind === null) return null;
  if (
    units.some(({ kind }) => kind === 'socket') ||
    listens.some((one) => one === bind || one.endsWith(':0'))
  )
    return null;
  return refusal(
    'target-does-not-start',
    `${commitLabel(target)} has its own gunicorn configuration: with it, gunicorn would listen on ${listens.join(' and ')}. The site is asked at ${bind}, so nobody would find it.`,
    `Give the unit an explicit --bind ${bind}, which counts more than the file in the code. Then ask again. Or choose another version.`,
  );
}

/** What a start would do that people may not expect. None of it forbids a rollback. */
export function startWarnings({
  starts,
  application,
}: Pick<Survey, 'starts' | 'application'>): readonly string[] {
  const gunicorn = starts.find(({ name }) => name.endsWith('-gunicorn.service'));
  const unknown =
    application === null && gunicorn !== undefined
      ? [
          `The bot doesn't understand how ${gunicorn.name} starts the application, so it can't try whether the target starts.`,
        ]
      : [];
  return [
    ...unknown,
    ...starts.flatMap(({ name, stale, stops }) => [
      ...(stale
        ? [
            `The file of ${name} was changed, and systemd has not read it since: a start uses what it read before. To use the file, on the host: sudo systemctl daemon-reload. Then ask again.`,
          ]
        : []),
      ...(stops.length > 0 ? [`A start of ${name} stops ${stops.join(' and ')} (Conflicts=).`] : []),
    ]),
  ];
}
