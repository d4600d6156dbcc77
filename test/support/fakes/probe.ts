import type { SiteProbe } from '../../../src/app/ports/site.ts';
import { healthy, unhealthy } from '../story/evidence.ts';
import { goodChecks } from '../story/run.ts';

export const probe: SiteProbe = {
  health: async () => unhealthy,
  smokeTests: async () => ({
    checks: goodChecks.filter((check) => check.name !== 'code'),
    health: unhealthy,
  }),
};

export const healthyProbe: SiteProbe = {
  health: async () => healthy,
  smokeTests: async (...args) => ({ ...(await probe.smokeTests(...args)), health: healthy }),
};
