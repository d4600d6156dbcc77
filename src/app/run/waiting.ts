import type { Consent, Run } from '../../domain/run/run.ts';
import { nextPageAt } from '../../domain/stop/calls.ts';
import type { Clock } from '../ports/outside.ts';
import type { Inventory } from '../ports/site.ts';

/** People have to act next, and they still have time. */
export function isWaiting(
  { clock, inventory }: { readonly clock: Clock; readonly inventory: Inventory },
  run: Run,
): boolean {
  const now = clock.now();
  switch (run.state) {
    case 'needs-decision': {
      const site = inventory.byKey(run.request.site);
      // Without its site the run could call nobody, and its buttons would do nothing. So it does not count as waiting, and a
      // worker says what is wrong.
      if (site === undefined) return false;
      return isAhead(now, run.stop?.asked?.expiresAt) && isAhead(now, nextPageAt(run, site.paging.everyMs));
    }
    case 'awaiting-build-approval':
      return isAhead(now, run.build?.expiresAt);
    case 'awaiting-approval':
    case 'awaiting-start':
      return run.consent !== null && !run.consent.measuring && now < run.consent.expiresAt;
    default:
      return false;
  }
}

/** `moment` is still to come, or never comes. */
function isAhead(now: string, moment: string | null | undefined): boolean {
  return moment === null || moment === undefined || now < moment;
}

/** The plan has expired, and has not begun, as far as the record knows. */
export function isExpired({ clock }: { readonly clock: Clock }, { state, consent }: Run): boolean {
  return hasNotBegun(state) && consent !== null && isOver(consent, clock);
}

function hasNotBegun(state: Run['state']): boolean {
  return state === 'awaiting-approval' || state === 'awaiting-start' || state === 'ready';
}

function isOver({ expiresAt }: Consent, clock: Clock): boolean {
  return clock.now() >= expiresAt;
}
