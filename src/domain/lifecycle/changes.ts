import {
  type FollowUpEvent,
  type GlassEvent,
  isFollowUpEvent,
  isGlassEvent,
  type RunEvent,
} from '../run/event.ts';
import type { Run, RunRecords } from '../run/run.ts';
import { stepped, switchEnded, withSwitched } from './attempts.ts';
import { approved, buildAsked, planned, started, withConsent } from './consent.ts';
import { followedUp } from './follow-ups.ts';
import { glassChanged } from './glass.ts';
import { withHostSilence } from './host-silence.ts';
import { agreed, asking, closed, decided, dropped, endedBy, withStop } from './stops.ts';
import { updatesAfter } from './updates.ts';

type BesideEvent =
  | FollowUpEvent
  | GlassEvent
  | Extract<
      RunEvent,
      { type: 'ticked' | 'word-given' | 'status-told' | 'back-said' | 'marked' | 'pruned' | 'undone-closed' }
    >
  | RunRecords;

/** What an event does to a run. The caller has asked whether it is allowed. */
export function change(run: Run, event: RunEvent, at: string): Run {
  switch (event.type) {
    case 'requested':
      return run;
    case 'picked-up':
      return { ...run, epoch: event.epoch, waitingSince: null };
    case 'looked':
      return { ...run, progress: event.what };
    case 'build-asked':
      return buildAsked(run, event);
    case 'planned':
      return planned(run, event, at);
    case 'dry-run-ended':
      return { ...run, state: 'dry-run', plan: event.plan };
    case 'refused':
      return { ...run, state: 'refused', refusal: event.refusal };
    case 'measure-asked':
      return withConsent(run, { measuring: true });
    case 'measured':
      return withConsent(run, { measuring: false, measured: { at, loss: event.loss } });
    case 'approved':
      return approved(run, event.approval, at);
    case 'started':
      return started(run, event, at);
    case 'expired':
      return { ...run, state: 'expired' };
    case 'denied':
    case 'cancelled':
      return endedBy(run, event.type, event, at);
    case 'cancel-asked':
      return withSwitched(run, ({ cancelledBy }) => ({ cancelledBy: cancelledBy ?? event.by }));
    case 'closed':
    case 'taken-over':
      return closed(run, { at, by: event.by, commands: event.type === 'closed' ? null : event.commands });
    case 'recovery-asked':
      return asking(run, event);
    case 'recovery-approved':
      return agreed(run, event.approval);
    case 'recovery-dropped':
      return dropped(run, event);
    case 'recovery-begun':
      return decided(run, event, at);
    case 'paged':
      return withStop(run, ({ calls }) => ({ calls: [...calls, { at, webhook: event.webhook }] }));
    case 'acknowledged':
      return withStop(run, () => ({ acknowledgedBy: event.by }));
    case 'switch-started':
      return switchBegun(run, at);
    case 'host-silent':
    case 'host-lost':
    case 'host-answers':
      return withHostSilence(run, event, at);
    case 'step':
      // The host has answered, so a note that it does not is out of date.
      return stepped({ ...run, progress: null, updates: updatesAfter(run, event, at) }, event);
    case 'switch-ended':
      return switchEnded(run, event);
    case 'verified':
      return verified(run, event);
    default:
      return beside(run, event, at);
  }
}

/** Events beside a run or after its end, which leave its state as it is. */
function beside(run: Run, event: BesideEvent, at: string): Run {
  if (isGlassEvent(event)) return glassChanged(run, event, at);
  if (isFollowUpEvent(event)) return { ...run, followUps: followedUp(run.followUps, event, at) };
  switch (event.type) {
    case 'ticked':
      return confirmed(run, event, at);
    case 'word-given':
    case 'status-told':
    case 'back-said':
      return { ...run, updates: updatesAfter(run, event, at) };
    case 'marked':
      return { ...run, tasks: { ...run.tasks, marked: true } };
    case 'pruned':
      return { ...run, tasks: { ...run.tasks, pruned: true } };
    case 'undone-closed':
      return { ...run, tasks: { ...run.tasks, undoneClosed: true } };
    case 'records-written':
    case 'records-pending':
    case 'records-shown':
      return { ...run, tasks: { ...run.tasks, records: event } };
  }
}

function switchBegun(run: Run, startedAt: string): Run {
  const first = { attempt: 1, steps: [], ended: null, decision: null, cancelledBy: null };
  return {
    ...run,
    state: 'switching',
    progress: null,
    waitingSince: null,
    switched: { startedAt, ...first },
  };
}

function verified(run: Run, event: Extract<RunEvent, { type: 'verified' }>): Run {
  return {
    ...run,
    state: event.checks.some((check) => check.result === 'failed') ? 'needs-decision' : 'succeeded',
    verification: {
      checks: event.checks,
      health: event.health,
      errors: event.errors ?? null,
      journalReadAt: event.readAt ?? run.verification?.journalReadAt ?? null,
    },
  };
}

function confirmed(run: Run, { box, by, on }: Extract<RunEvent, { type: 'ticked' }>, at: string): Run {
  return { ...run, confirmations: { ...run.confirmations, [box]: on ? { by, at } : null } };
}
