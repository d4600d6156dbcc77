import { canonical, sha256 } from '../digest.ts';

/** What people can have done about a run that waits for a decision. */
export type DecisionAction = 'retry' | 'skip' | 'go-back';

/** The step's name that stands for the proof after the switch. */
export const CHECKS = 'proof';

/** One decision: what is done about which step, as which attempt of the run. The switch itself was the first attempt. */
export interface Decision {
  readonly action: DecisionAction;
  readonly step: string;
  readonly attempt: number;
}

/** What a button, a click and an approval of a recovery are bound to: this plan, this state of the run, this action. */
export function decisionDigest(run: string, planDigest: string, { action, step, attempt }: Decision): string {
  return sha256(canonical({ run, planDigest, action, step, attempt }));
}

/** What the program says is on the host where it has stopped; null where it cannot be told. */
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
}

/** Whether the site is known to run. */
export function isUp(found: HostState | null): boolean {
  return found?.units.some(({ active }) => active === 'active') ?? false;
}

/** Whether somebody may be using the site: also where that is not known, and while a unit comes up or goes down. */
export function mayBeUp(found: HostState | null): boolean {
  return found?.units.some(({ active }) => !['inactive', 'failed'].includes(active)) ?? true;
}
