import type { StoredEvent } from '../../domain/run/event.ts';
import type { Signer } from '../ports/outside.ts';

/** The record of a run as it lies on its host: signed, because whoever owns the site could write there. */
export function recordText(run: string, events: readonly StoredEvent[], signer: Signer): string {
  const text = JSON.stringify(events);
  return `${signer.sign(`${run} ${text}`)}\n${text}`;
}
