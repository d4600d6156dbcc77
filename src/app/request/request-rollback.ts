import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { RollbackRequest } from '../../domain/run/request.ts';
import type { Run } from '../../domain/run/run.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import { permission } from '../people/permission.ts';
import type { People } from '../ports/people.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Wakeups } from '../ports/workers.ts';

export type RequestResult =
  | { readonly kind: 'begun' | 'again'; readonly run: Run }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Takes a request: checks the requester, reserves the site and wakes a worker. Nothing else happens here. `requestKey` is
 * the same for a delivery that comes twice. Errors: throws if Redis can't store the request.
 */
export async function requestRollback(
  deps: { readonly store: RunStore; readonly people: People; readonly wakeups: Wakeups },
  site: Site,
  request: RollbackRequest,
  requestKey: string,
): Promise<RequestResult> {
  const no = await permission(deps.people, request.requester, site.requesters, {
    may: `ask for a rollback of ${site.name}`,
    key: 'requesters',
  });
  if (no) return { kind: 'refused', refusal: no };
  const begun = await deps.store.begin(siteKey(site), site.slug, requestKey, { type: 'requested', request });
  if (begun.kind === 'busy')
    return {
      kind: 'refused',
      refusal: refusal(
        'site-busy',
        `A rollback of ${site.name} is already running: ${begun.runId}.`,
        `See it with /rollback status ${begun.runId}, or end it with /rollback cancel ${begun.runId}.`,
      ),
    };
  // If the wake-up is lost, the workers' own round finds the run.
  await deps.wakeups.advance(begun.run.id);
  await deps.wakeups.show(begun.run.id);
  return begun;
}
