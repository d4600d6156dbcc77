import { mkdirSync } from 'node:fs';
import type { Places } from '../places.ts';
import type { Environment } from '../shell.ts';
import type { UnitDefinition } from '../units/unit.ts';
import type { SiteOnDisk } from './make-site.ts';

/** The address on which a site's gunicorn listens. */
export function siteSocket({ run }: Places, slug: string): string {
  return `${run}/sum-${slug}/gunicorn.sock`;
}

/** The units that the platform sets up for a site. */
export function unitsOf(
  { definition, root, settings }: SiteOnDisk,
  places: Places,
  environment: Environment,
): readonly UnitDefinition[] {
  const { slug, title, module, celery } = definition;
  mkdirSync(places.journal, { recursive: true });
  const unit = (kind: string, argv: readonly string[], runtimeDirectory: string | null): UnitDefinition => ({
    name: `sum-${slug}-${kind}.service`,
    description: `${title} (${kind})`,
    argv,
    workingDirectory: `${root}/app`,
    environment: { ...environment, ...settings },
    runtimeDirectory,
    journal: `${places.journal}/sum-${slug}-${kind}.service`,
  });
  const bind = `unix:${siteSocket(places, slug)}`;
  const web = [`${root}/venv/bin/gunicorn`, '--workers', '2', '--bind', bind, `${module}.wsgi:application`];
  return [
    unit('gunicorn', web, `${places.run}/sum-${slug}`),
    ...(celery ? [unit('celery', [`${root}/venv/bin/python`, 'manage.py', 'runworker'], null)] : []),
  ];
}
