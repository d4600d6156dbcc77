import { openFollowUps } from '../after/follow-ups.ts';
import type { FollowUpEvent, RunEvent } from '../run/event.ts';
import type { FollowUpRecord, Run } from '../run/run.ts';

export const NO_FOLLOW_UPS: FollowUpRecord = {
  owners: {},
  done: {},
  closed: null,
  changedAt: null,
  reminders: [],
  quarantine: null,
};

/** Whether an event may be written now. A late worker must not remind twice, or quarantine again what was lifted. */
export function mayFollow(run: Run, event: FollowUpEvent): boolean {
  const { reminders, quarantine } = run.followUps;
  if (run.state !== 'succeeded') return false;
  switch (event.type) {
    case 'follow-up':
    case 'follow-ups-closed':
      return openFollowUps(run).length > 0;
    case 'reminded':
      return openFollowUps(run).length > 0 && event.number === reminders.length + 1;
    case 'quarantined':
      return quarantine === null;
    case 'quarantine-lifted':
      return quarantine !== 'lifted';
  }
}

/** What one event does to the follow-ups. */
export function followedUp(record: FollowUpRecord, event: FollowUpEvent, at: string): FollowUpRecord {
  switch (event.type) {
    case 'follow-up':
      return { ...acted(record, event, at), changedAt: at };
    case 'follow-ups-closed':
      return { ...record, closed: { by: event.by, at, reason: event.reason }, changedAt: at };
    case 'reminded':
      return { ...record, reminders: [...record.reminders, { at, owed: event.owed }] };
    case 'quarantined':
      return { ...record, quarantine: 'placed' };
    case 'quarantine-lifted':
      return { ...record, quarantine: 'lifted' };
  }
}

function acted(
  record: FollowUpRecord,
  { item, act, by }: Extract<RunEvent, { type: 'follow-up' }>,
  at: string,
): FollowUpRecord {
  const { owners, done } = record;
  switch (act) {
    case 'take':
      return { ...record, owners: { ...owners, [item]: { by, at } } };
    case 'give-back':
      return { ...record, owners: { ...owners, [item]: null } };
    case 'done':
      return { ...record, done: { ...done, [item]: { by, at } } };
    case 'reopen':
      return { ...record, done: { ...done, [item]: null } };
  }
}
