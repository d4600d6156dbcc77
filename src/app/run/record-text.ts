import type { StoredEvent } from '../../domain/run/event.ts';
import type { Signer } from '../ports/outside.ts';

/** The record of a run as its host keeps it. It is signed, because whoever owns the site can write there. */
export function recordText(run: string, events: readonly StoredEvent[], signer: Signer): string {
  const text = JSON.stringify(events);
  return `${signer.sign(`${run} ${text}`)}\n${text}`;
}
