import type { Inventory } from '../../../src/app/ports/site.ts';
import { type Site, siteKey } from '../../../src/domain/site/site.ts';

export function inventory(...sites: readonly Site[]): Inventory {
  return { sites, byKey: (key) => sites.find((site) => siteKey(site) === key) };
}
