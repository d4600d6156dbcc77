import { stepsOf } from '../../src/domain/plan/steps.ts';
import type { SwitchValues } from '../../src/remote/switch-program.ts';

export const VALUES: SwitchValues = {
  site: 'acme-kitchens@production',
  slug: 'acme-kitchens',
  mode: 'full',
  root: '/srv/sum/acme-kitchens',
  bin: '/srv/sum/bin',
  domain: 'acme-kitchens.example',
  bind: 'unix:/run/sum-acme/gunicorn.sock',
  settings: '',
  live: '6'.repeat(40),
  target: '5'.repeat(40),
  database: 'sum_acme 127.0.0.1 5432',
  environment: `/srv/sum/acme-kitchens/.rollback-bot/venvs/${'5'.repeat(40)}`,
  environmentPackages: '',
  goodHealth: [200],
  stopUnits: ['a.socket', 'a.service'],
  startUnits: ['a.socket', 'a.service'],
  databaseOid: '16400',
  databaseRole: 'sum_acme',
  migrationsNow: 'a'.repeat(64),
  migrationsRestored: 'b'.repeat(64),
  restoreSha256: 'd'.repeat(64),
  leftAlone: [['extension', 'pg_trgm']],
  steps: stepsOf('full'),
};
