import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  readonly activeRuns: Gauge;
  readonly glassBroken: Counter;
  readonly looks: Counter<'queue' | 'result'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    activeRuns: new Gauge({
      name: 'rollback_active_runs',
      help: 'Runs that have not ended',
      registers: [registry],
    }),
    glassBroken: new Counter({
      name: 'rollback_glass_broken_total',
      help: 'Plans and decisions that went ahead without the missing approvals',
      registers: [registry],
    }),
    looks: new Counter({
      name: 'rollback_looks_total',
      help: 'Wake-ups that were answered, by queue and result',
      labelNames: ['queue', 'result'],
      registers: [registry],
    }),
  };
}
