import type { Wakeups } from '../../../src/app/ports/workers.ts';

export interface CountedWakeups extends Wakeups {
  readonly advanced: [runId: string, delayMs: number | undefined][];
  readonly shown: string[];
  readonly told: string[];
}

export function wakeups(): CountedWakeups {
  const advanced: [string, number | undefined][] = [];
  const shown: string[] = [];
  const told: string[] = [];
  return {
    advanced,
    shown,
    told,
    tell: async (runId) => {
      told.push(runId);
    },
    advance: async (runId, delayMs) => {
      advanced.push([runId, delayMs]);
    },
    show: async (runId) => {
      shown.push(runId);
    },
  };
}
