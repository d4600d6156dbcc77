import {
  type FollowUpEvent,
  type GlassEvent,
  isFollowUpEvent,
  isGlassEvent,
  type RunEvent,
} from '../run/event.ts';
import type { Run, RunState } from '../run/run.ts';
import { mayFollow } from './follow-ups.ts';
import { mayFollowGlass } from './glass.ts';
import { fitsSilence } from './host-silence.ts';

/** A second person has to agree: to building the target, or to the plan. */
const ASKED: readonly RunState[] = ['awaiting-build-approval', 'awaiting-approval'];

const WAITING: readonly RunState[] = [...ASKED, 'awaiting-start'];

/** Ends of a run whose switch began. */
const ENDED_ON_HOST: readonly RunState[] = ['succeeded', 'failed', 'closed'];

/** Every end. */
const ENDED: readonly RunState[] = [...ENDED_ON_HOST, 'cancelled', 'refused', 'denied', 'expired', 'dry-run'];

const SWITCHED: readonly RunState[] = ['switching', 'verifying', 'needs-decision'];

const ALLOWED: Readonly<Record<Exclude<RunEvent, FollowUpEvent | GlassEvent>['type'], readonly RunState[]>> =
  {
    requested: [],
    'picked-up': ['planning', ...WAITING, 'ready', ...SWITCHED],
    looked: ['planning', 'switching', 'verifying'],
    'build-asked': ['planning'],
    planned: ['planning'],
    'dry-run-ended': ['planning'],
    refused: ['planning', 'ready'],
    'measure-asked': ['awaiting-approval'],
    measured: ['awaiting-approval'],
    approved: ASKED,
    started: ['awaiting-start'],
    denied: ASKED,
    expired: WAITING,
    cancelled: ['planning', ...WAITING, 'ready'],
    'cancel-asked': ['switching', 'needs-decision'],
    'switch-started': ['ready'],
    'host-silent': ['switching'],
    'host-lost': ['switching'],
    'host-answers': ['switching', 'needs-decision'],
    step: ['switching'],
    'switch-ended': ['switching'],
    verified: ['verifying'],
    'recovery-asked': ['needs-decision'],
    'recovery-approved': ['needs-decision'],
    'recovery-dropped': ['needs-decision'],
    'recovery-begun': ['needs-decision'],
    paged: ['needs-decision'],
    acknowledged: ['needs-decision'],
    'taken-over': ['needs-decision'],
    ticked: ['succeeded'],
    closed: ['needs-decision'],
    'word-given': SWITCHED,
    'status-told': [...SWITCHED, ...ENDED_ON_HOST],
    'back-said': ['closed', 'succeeded'],
    // Also of a run that people had agreed to, and that ended before it began.
    marked: [...ENDED_ON_HOST, 'cancelled', 'denied', 'expired', 'refused'],
    pruned: ENDED,
    'undone-closed': ['succeeded'],
    'records-written': ENDED_ON_HOST,
    'records-pending': ENDED_ON_HOST,
    'records-shown': ENDED_ON_HOST,
  };

/**
 * Whether this event may follow. The answer still holds when the event is written, because the store compares and sets.
 * Errors: throws on an unknown event type: a newer version of the bot has the run, and nobody should guess what it means.
 */
export function isAllowed(run: Run, event: RunEvent): boolean {
  if (isFollowUpEvent(event)) return mayFollow(run, event);
  if (isGlassEvent(event)) return mayFollowGlass(run, event);
  if (!Object.hasOwn(ALLOWED, event.type))
    throw new Error(
      `run ${run.id}: "${event.type}" was written by a newer version of the bot, which continues the run; update this process`,
    );
  return ALLOWED[event.type].includes(run.state) && fitsSilence(run, event);
}
