import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal, type Run } from '../../../src/domain/run/run.ts';
import type { Child, Half } from '../child.ts';
import type { Lab } from '../lab.ts';
import type { Press } from '../people.ts';

/** A trial from the point of view of its fault. */
export interface Scene {
  readonly lab: Lab;
  readonly run: string;
  readonly random: () => number;
  readonly press: Press;
  /** Lets the program on the host continue from the moment at which it is held. */
  readonly release: () => void;
  /**
   * From now on the program on the host may only begin steps that put back. If it is not held, it may have checked for a
   * cancel a moment before: then it may still begin `underWay` steps.
   */
  readonly noMoreSteps: (underWay: number) => void;
  /** Registers what must be undone at the end of the trial, whatever happens. */
  readonly afterwards: (undo: () => Promise<void> | void) => void;
}

export interface Family {
  readonly name: string;
  /** `host`: at a gate of the host's programs. `click`: in place of the Approve or Start. `before`: before it. `request`: there is no run yet. `attack`: on the record. */
  readonly at: 'host' | 'click' | 'before' | 'request' | 'attack';
  /** The connection goes silent and never ends. The trial measures how soon that is noticed. */
  readonly silences?: boolean;
  /** The card asks again for a decision that people have made. They ignore it for so many milliseconds. */
  readonly leaveMs?: number;
  /** False if the fault could not happen in this run, so the trial does not count. Errors: something that must never happen. */
  readonly strike: (scene: Scene) => Promise<unknown>;
}

/** Random milliseconds in about this range. */
export const between = ({ random }: Scene, from: number, to: number) => sleep(from + random() * (to - from));

export const running = (lab: Lab, half: Half): readonly Child[] =>
  lab.children.filter((child) => child.half === half && child.running());

/** Errors: if one that was asked to stop did not stop in time and in order. */
export async function endAll(lab: Lab, halves: readonly Half[], signal: NodeJS.Signals): Promise<void> {
  const children = halves.flatMap((half) => running(lab, half));
  const codes = await Promise.all(children.map((child) => child.end(signal)));
  if (signal === 'SIGTERM' && codes.some((code) => code !== 0))
    throw new Error(`${halves.join(' and ')} stopped with ${codes.join(' and ')}`);
}

/** Waits until the run has ended or people must decide, and returns it. */
export async function over({ lab, run }: Scene, withinMs: number): Promise<Run | null> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const now = await lab.store.read(run);
    if (now === null || isTerminal(now.state) || now.state === 'needs-decision' || Date.now() > deadline)
      return now;
    await sleep(50);
  }
}
