import type { Run } from '../run/run.ts';
import type { Site } from '../site/site.ts';

/** From this call on the escalation contacts are called as well, and the webhook. */
const ESCALATE_FROM = 2;

/** When people have to be called again, ISO 8601; null: nobody has to decide, or somebody has answered. */
export function nextPageAt({ state, stop }: Run, everyMs: number): string | null {
  if (state !== 'needs-decision' || stop === null || stop.acknowledgedBy !== null) return null;
  const last = stop.calls.at(-1)?.at ?? stop.since;
  return new Date(Date.parse(last) + everyMs).toISOString();
}

/** Whether the call of this number goes beyond the people of the run. */
export function escalates(call: number): boolean {
  return call >= ESCALATE_FROM;
}

/** Who is called: whoever asked and the operators, from the second call on the escalation contacts as well. */
export function calledPeople(run: Run, site: Site, call: number): readonly string[] {
  const first = [run.request.requester, ...site.operators];
  return [...new Set(escalates(call) ? [...site.escalation, ...first] : first)];
}
