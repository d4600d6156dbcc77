import { mergedQuorum } from './approval/approval.ts';
import type { RawDefaults } from './schema.ts';

/**
 * Keys of a site from several places, the later ones win: `defaults`, then the site's environment, then the site. Lists
 * replace, mappings merge key by key.
 */
export function layered<Own extends RawDefaults>(below: RawDefaults, above: Own): RawDefaults & Own {
  const merged = { ...below, ...above };
  for (const key of MAPPINGS) {
    const both = { ...below[key], ...above[key] };
    if (Object.keys(both).length > 0 || above[key] !== undefined) Object.assign(merged, { [key]: both });
  }
  if (below.approval?.quorum !== undefined && above.approval !== undefined)
    Object.assign(merged.approval ?? {}, {
      quorum: mergedQuorum(below.approval.quorum, above.approval.quorum),
    });
  // The wording merges as well; but a webhook replaces the one below.
  if (below.stakeholders?.words !== undefined && merged.stakeholders !== undefined)
    merged.stakeholders.words = { ...below.stakeholders.words, ...above.stakeholders?.words };
  // A secret is for one receiver. One that is named here must not get the secret of another.
  if (above.paging?.webhook !== undefined && merged.paging !== undefined) {
    const { secret: _, ...paging } = merged.paging;
    const { secret } = above.paging;
    merged.paging = secret === undefined ? paging : { ...paging, secret };
  }
  return merged;
}

const MAPPINGS = [
  'host',
  'smoke',
  'stakeholders',
  'approval',
  'paging',
  'retention',
  'readiness',
  'followUps',
] as const satisfies readonly (keyof RawDefaults)[];
