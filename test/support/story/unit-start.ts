import type { UnitStart } from '../../../src/domain/host/unit-start.ts';

/** A unit that systemd stops and starts without a word. */
export function unitStart(name: string, more: Partial<UnitStart> = {}): UnitStart {
  return {
    name,
    load: 'loaded',
    problem: null,
    masked: false,
    stale: false,
    refusesStart: false,
    refusesStop: false,
    needs: {},
    conditions: [],
    stops: [],
    limit: null,
    mayReset: true,
    ...more,
  };
}
