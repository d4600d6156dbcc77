import { openFollowUps } from '../../../domain/after/follow-ups.ts';
import {
  quarantinedLabel,
  quarantinedNames,
  quarantineSentence,
  type Writing,
} from '../../../domain/after/quarantine.ts';
import type { Plan } from '../../../domain/plan/plan.ts';
import type { Run } from '../../../domain/run/run.ts';
import { type Site, siteKey } from '../../../domain/site/site.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { cut, mention, moment } from '../blocks/text.ts';

/** Three warnings are enough to make anyone think again. */
const MOST = 3;
const LONGEST = 500;

const WRITING: Writing = {
  person: mention,
  moment,
  words: escaped,
};

/** Why the target should not go onto this site, one line each, for the card; empty: it is not quarantined. */
export function quarantineLines({ facts }: Plan): readonly string[] {
  const all = facts.quarantined ?? [];
  const lines = all.slice(0, MOST).map((one) => cut(quarantineSentence(one, WRITING), LONGEST));
  return all.length > MOST ? [...lines, `and ${all.length - MOST} more quarantines`] : lines;
}

/** One phrase for each version that the record says is quarantined for a site. */
export function quarantineText(site: Site, runs: readonly Run[]): readonly string[] {
  return runs.filter(({ request }) => request.site === siteKey(site)).flatMap(quarantinedBy);
}

function quarantinedBy(run: Run): readonly string[] {
  const names = quarantinedNames(run);
  if (run.end === null || names.length === 0 || openFollowUps(run).length === 0) return [];
  return [`${escaped(quarantinedLabel(names))} quarantined since ${moment(run.end.at)}, run ${run.id}`];
}
