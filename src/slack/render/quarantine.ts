import type { KnownBlock } from '@slack/types';
import { openFollowUps } from '../../domain/follow-ups.ts';
import type { Plan } from '../../domain/plan.ts';
import {
  quarantinedLabel,
  quarantinedNames,
  quarantineSentence,
  type Writing,
} from '../../domain/quarantine.ts';
import type { Run } from '../../domain/run.ts';
import { type Site, siteKey } from '../../domain/site.ts';
import { section } from './blocks.ts';
import { cut, escaped, mention, moment } from './text.ts';

/** More than these nobody needs to know before they think again. */
const MOST = 3;
const ROOM = 1200;

const WRITING: Writing = {
  person: mention,
  moment,
  words: escaped,
};

/** Why the target should not go onto this site, for the card; empty: nothing is known against it. */
export function quarantines({ facts }: Plan): KnownBlock[] {
  const all = facts.quarantined ?? [];
  if (all.length === 0) return [];
  const lines = all.slice(0, MOST).map((one) => `:warning: ${quarantineSentence(one, WRITING)}`);
  const more = all.length > MOST ? [`and ${all.length - MOST} more`] : [];
  return [section(cut([...lines, ...more].join('\n'), ROOM))];
}

/** A word for each version that is quarantined for a site, by the record; empty: none is. */
export function quarantineWords(site: Site, runs: readonly Run[]): string {
  const own = runs.filter(
    (run) =>
      run.request.site === siteKey(site) && openFollowUps(run).length > 0 && quarantinedNames(run).length > 0,
  );
  return own
    .map(
      (run) =>
        `; ${escaped(quarantinedLabel(quarantinedNames(run)))} quarantined since ${moment(run.endedAt ?? '')}, run ${run.id}`,
    )
    .join('');
}
