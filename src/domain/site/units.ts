import type { Site, UnitKind } from './site.ts';

/** How the platform names the units of a site. */
export function unitNames({ slug }: Pick<Site, 'slug'>): Readonly<Record<UnitKind, string>> {
  return {
    gunicorn: `sum-${slug}-gunicorn.service`,
    celery: `sum-${slug}-celery.service`,
    socket: `sum-${slug}-gunicorn.socket`,
  };
}
