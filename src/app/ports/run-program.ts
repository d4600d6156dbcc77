import type { Plan } from '../../domain/plan/plan.ts';
import type { Decision, HostState } from '../../domain/run/decision.ts';
import type { SwitchOutcome } from '../../domain/run/event.ts';
import type { Attempt, FollowFrom } from '../../remote/run-commands.ts';

/** How far a run's program is, as the host says. */
export type SwitchStatus =
  | { readonly kind: 'absent' }
  | { readonly kind: 'claimed' }
  /** `quietSeconds`: since it wrote its last line, by the host's clock. */
  | { readonly kind: 'running'; readonly quietSeconds: number }
  /** The run directory belongs to another plan. */
  | { readonly kind: 'foreign'; readonly claim: string }
  | { readonly kind: 'interrupted'; readonly rebooted: boolean }
  | { readonly kind: 'done'; readonly outcome: SwitchOutcome; readonly step: string; readonly code: number };

/** One line of the host's journal. */
export interface JournalLine {
  /** Host clock, ISO 8601. */
  readonly at: string;
  readonly kind: 'begin' | 'end' | 'finish';
  readonly name: string;
  readonly code: number;
}

/** `out-of-turn`: the attempt is not the next one of its run. */
export type Launched =
  | { readonly kind: 'launched' }
  /** The run directory belongs to another plan or decision. */
  | { readonly kind: 'claimed'; readonly by: string }
  | { readonly kind: 'ended' }
  | { readonly kind: 'out-of-turn' };

/** The program of a run on its host. Every method throws HostError. */
export interface RunProgram {
  /** Puts the program on the host by its hash and starts it once for this attempt; safe to repeat. */
  launch(attempt: Attempt, plan: Plan, decision: Decision | null): Promise<Launched>;
  /** Makes sure that an attempt that has not started never will. */
  voidAttempt(attempt: Attempt): Promise<void>;
  /** Keeps the program from beginning another step; safe to repeat. */
  cancel(attempt: Attempt): Promise<void>;
  /** Reads the journal until the program ends, the time is up, or the connection is gone. */
  follow(
    attempt: Attempt,
    from: FollowFrom,
    onLine: (line: JournalLine) => void,
  ): Promise<{ readonly status: SwitchStatus; readonly offset: number }>;
  logTail(attempt: Attempt): Promise<string>;
  /** The site state at a stop, as the plan's own program sees it. */
  currentState(runId: string, plan: Plan): Promise<HostState>;
}
