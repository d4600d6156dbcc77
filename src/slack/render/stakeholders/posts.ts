import type { KnownBlock } from '@slack/types';
import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import type { UpdateKind } from '../../../domain/site/stakeholders.ts';
import { type Update, updatesOf } from '../../../domain/stakeholders/updates.ts';
import { type UpdateVoice, updateText } from '../../../domain/stakeholders/wording.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { configured, section, smallPrint } from '../blocks/blocks.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { fallback, timeOfDay, whenAt } from '../blocks/text.ts';

/** An update as a message: the first one is the notice, the others go into its thread. */
export interface StakeholderPost {
  readonly key: string;
  readonly text: string;
  readonly blocks: KnownBlock[];
  /** The last update also goes to the channel, because a thread notifies nobody. */
  readonly last: boolean;
}

/** What stakeholders see of a run, the notice first; empty until the site is stopped. */
export function stakeholderPosts(run: Run, site: Site): readonly StakeholderPost[] {
  const updates = updatesOf(run, site.stakeholders?.everyMs ?? 0);
  const [notice, ...rest] = updates;
  if (notice === undefined) return [];
  const how = OUTCOMES[updates.at(-1)?.kind ?? 'started'];
  const text = inText(notice, site);
  return [
    post(
      'stakeholders',
      notice,
      text,
      how === undefined ? [configured(text)] : [section(how(SLACK.name(site.name))), smallPrint(text)],
    ),
    ...rest.map((update) => {
      const said = inText(update, site);
      return post(`stakeholders-${update.key}`, update, said, [configured(said)]);
    }),
  ];
}

function post(key: string, update: Update, text: string, blocks: KnownBlock[]): StakeholderPost {
  return { key, text: fallback(text), blocks, last: update.nextAt === null };
}

/** Stands above the notice once the run is over, so that a late reader sees first how it ended. */
const OUTCOMES: Readonly<Partial<Record<UpdateKind, (name: string) => string>>> = {
  restored: (name) =>
    `:white_check_mark: *${name} is back.* The last update is in the thread. This was the first one:`,
  'as-before': (name) =>
    `:leftwards_arrow_with_hook: *${name} is back, as it was before.* The last update is in the thread. This was the first one:`,
  'not-restored': (name) =>
    `:construction: *We couldn't confirm that ${name} is working again.* The latest update is in the thread. This was the first one:`,
};

function inText(update: Update, site: Site): string {
  return updateText(update, site, SLACK);
}

/** Times in the reader's own zone. Names cannot become markup. */
const SLACK: UpdateVoice = {
  moment: whenAt,
  time: timeOfDay,
  name: (text) => escaped(oneLine(text)),
  wording: (text) => text,
};
