import type { RecordsOutcome } from '../../../src/app/ports/records.ts';
import type { RecordsPlace } from '../../../src/domain/site/records-repository.ts';
import { gitRecords } from '../../../src/records/git-records.ts';
import { type Platform, recordingOfRun } from './platform.ts';

/** The title of each recording, and of its commit. */
export const TITLE = 'docs(ops): record rollback of acme-kitchens to v0.5.0';

export const SEVEN = recordingOfRun(7);

export const EIGHT = recordingOfRun(8);

const opened: { close(): Promise<void> }[] = [];

/** A bot that writes to the platform's repository, until `closeBots`. */
export function botOn(platform: Platform, more: Partial<RecordsPlace> = {}) {
  const open = gitRecords(platform.place(more), platform.login);
  opened.push(open);
  return open;
}

export async function closeBots(): Promise<void> {
  await Promise.all(opened.splice(0).map((one) => one.close()));
}

export function written(outcome: RecordsOutcome) {
  if (outcome.kind !== 'written') throw new Error(JSON.stringify(outcome));
  return outcome;
}
