import { stopName } from '../../domain/run/host-silence.ts';
import type { Run, Stop } from '../../domain/run/run.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import { escalates, nextPageAt } from '../../domain/stop/calls.ts';
import { siteState } from '../../domain/stop/site-state.ts';
import type { Pager } from '../ports/notify.ts';
import type { Clock } from '../ports/outside.ts';
import type { RunWriter } from '../run/pickup.ts';

export interface PagingDeps {
  readonly pager: Pager;
  readonly clock: Clock;
}

/** Nobody answered in time. A decision that waited for a second person is dropped, and the bot calls people again. */
export async function pagePeople(deps: PagingDeps, writer: RunWriter, site: Site): Promise<void> {
  const run = writer.run();
  const { stop } = run;
  if (stop === null) throw new Error(`${run.id} has not stopped`);
  const now = deps.clock.now();
  if (stop.asked !== null && now >= stop.asked.expiresAt) {
    await writer.append({ type: 'recovery-dropped', by: null });
    return;
  }
  const due = nextPageAt(run, site.paging.everyMs);
  if (due === null || now < due) return;
  // Call first, write it down after: if the worker dies in between, someone is called twice, and never not at all.
  await writer.append({ type: 'paged', webhook: await callWebhook(deps, run, stop, site) });
}

async function callWebhook(
  { pager }: PagingDeps,
  run: Run,
  stop: Stop,
  site: Site,
): Promise<'sent' | 'none' | { readonly error: string }> {
  const call = stop.calls.length + 1;
  const { webhook: url, secret } = site.paging;
  const { headline, detail } = siteState(run, site);
  if (url === undefined || !escalates(call)) return 'none';
  const error = await pager.page(secret === undefined ? { url } : { url, secret }, {
    incident: `${run.id}-${stopName(run)}`,
    call,
    run: run.id,
    site: siteKey(site),
    name: site.name,
    text: `${headline} ${detail} A rollback waits for a decision in Slack, and nobody has answered.`,
    since: stop.since,
  });
  return error === null ? 'sent' : { error };
}
