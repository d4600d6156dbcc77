import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { RollbackRequest } from '../../domain/run/request.ts';
import type { Run } from '../../domain/run/run.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import { notAllowed, onLists, permission } from '../people/permission.ts';
import type { People } from '../ports/people.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { Wakeups } from '../ports/workers.ts';

export type RequestResult =
  | { readonly kind: 'begun' | 'again'; readonly run: Run }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The plan could not be shown: a sentence that says what to do. */
  | { readonly kind: 'nowhere'; readonly problem: string };

export interface RequestDeps {
  readonly store: RunStore;
  readonly people: People;
  readonly wakeups: Wakeups;
  /** Why people could not see a plan of this site; null: they could. */
  readonly placeProblem: (site: Site) => Promise<string | null>;
}

/** Why this person may not ask for a rollback of this site; null: they may. */
export function requestProblem(people: People, user: string, site: Site): Promise<Refusal | null> {
  return permission(people, user, site.requesters, {
    may: `ask for a rollback of ${site.name}`,
    key: 'requesters',
  });
}

/** Those of these sites that this person may ask for; or why there is none. */
export async function sitesToAskFor(
  people: People,
  user: string,
  sites: readonly Site[],
): Promise<readonly Site[] | Refusal> {
  const [only, ...others] = sites;
  if (only !== undefined && others.length === 0) return (await requestProblem(people, user, only)) ?? sites;
  const may = await onLists(
    people,
    user,
    sites.map(({ requesters }) => requesters),
    'act',
  );
  if ('code' in may) return may;
  const allowed = sites.filter((_, index) => may[index] === true);
  return allowed.length > 0
    ? allowed
    : notAllowed([...new Set(sites.flatMap(({ requesters }) => requesters))], {
        may: 'ask for a rollback of any site',
        key: 'requesters',
      });
}

/**
 * Takes a request: checks the requester, then whether people will see the plan, reserves the site and wakes a worker. Nothing
 * else happens here. `requestKey` is the same for a delivery that comes twice. Errors: throws if Redis can't store the request.
 */
export async function requestRollback(
  deps: RequestDeps,
  site: Site,
  request: RollbackRequest,
  requestKey: string,
): Promise<RequestResult> {
  const no = await requestProblem(deps.people, request.requester, site);
  if (no) return { kind: 'refused', refusal: no };
  const problem = await deps.placeProblem(site);
  if (problem !== null) return { kind: 'nowhere', problem };
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
