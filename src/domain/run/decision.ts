import { canonical, sha256 } from '../digest.ts';

/** What people can choose for a run that waits for a decision. */
export type DecisionAction = 'retry' | 'skip' | 'go-back';

/** The step name that stands for the checks after the switch; stored decisions have it. */
export const CHECKS = 'proof';

/** One decision: what to do about which step, as which attempt of the run. The switch itself was the first attempt. */
export interface Decision {
  readonly action: DecisionAction;
  readonly step: string;
  readonly attempt: number;
}

/** Binds a button, a click and an approval to one decision: this plan, this state of the run, this action. */
export function decisionDigest(run: string, planDigest: string, { action, step, attempt }: Decision): string {
  return sha256(canonical({ run, planDigest, action, step, attempt }));
}

/** What the program says is in place on the host at a stop; null: unknown. */
export interface HostState {
  /** 40-hex commit of the checkout. */
  readonly code: string | null;
  readonly environment: 'before' | 'target' | 'missing' | 'other';
  readonly database: 'before' | 'restored' | 'other' | null;
  readonly units: readonly { readonly name: string; readonly active: string }[];
  /** HTTP status of the health page, asked behind the proxy; null: nothing answers. */
  readonly health: number | null;
  /** False: nothing was stopped or changed yet. */
  readonly begun: boolean;
  /** The steps that the run has begun on its host. Absent if its program is of an older version. */
  readonly ran?: readonly string[];
}

/** Whether the site is known to run. */
export function isUp(found: HostState | null): boolean {
  return found?.units.some(({ active }) => active === 'active') ?? false;
}

/** Whether someone may be using the site: also if that is unknown, and while a unit starts or stops. */
export function mayBeUp(found: HostState | null): boolean {
  return found?.units.some(({ active }) => !['inactive', 'failed'].includes(active)) ?? true;
}
