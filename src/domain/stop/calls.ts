import type { Run } from '../run/run.ts';
import type { Site } from '../site/site.ts';

/** From this call on, the bot also calls the escalation contacts and the webhook. */
const ESCALATE_FROM = 2;

/** When to call people again, ISO 8601; null: nobody has to decide, or someone has answered. */
export function nextPageAt({ state, stop }: Run, everyMs: number): string | null {
  if (state !== 'needs-decision' || stop === null || stop.acknowledgedBy !== null) return null;
  const last = stop.calls.at(-1)?.at ?? stop.since;
  return new Date(Date.parse(last) + everyMs).toISOString();
}

/** Whether this call goes beyond the requester and the operators. */
export function escalates(call: number): boolean {
  return call >= ESCALATE_FROM;
}

/** Whom the bot calls: the requester and the operators, and from the second call on also the escalation contacts. */
export function calledPeople(run: Run, site: Site, call: number): readonly string[] {
  const first = [run.request.requester, ...site.operators];
  return [...new Set(escalates(call) ? [...site.escalation, ...first] : first)];
}
