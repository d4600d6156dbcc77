import type { KnownBlock } from '@slack/types';
import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import type { UpdateKind } from '../../../domain/site/stakeholders.ts';
import { type Update, updatesOf } from '../../../domain/stakeholders/updates.ts';
import { type UpdateVoice, updateText } from '../../../domain/stakeholders/wording.ts';
import { oneLine } from '../../../report/text.ts';
import { section, smallPrint } from '../blocks/blocks.ts';
import { escaped, fallback, timeOfDay, whenAt } from '../blocks/text.ts';

/** A word as a message: the first one is the notice, the others stand in its thread. */
export interface StakeholderPost {
  readonly key: string;
  readonly text: string;
  readonly blocks: KnownBlock[];
  /** A last word has to be seen in the channel too: nobody is called by a thread. */
  readonly last: boolean;
}

/** What stakeholders see of a run, the notice first; empty until the first stop. */
export function stakeholderPosts(run: Run, site: Site): readonly StakeholderPost[] {
  const words = updatesOf(run, site.stakeholders?.everyMs ?? 0);
  const [notice, ...rest] = words;
  if (notice === undefined) return [];
  const how = OUTCOMES[words.at(-1)?.kind ?? 'started'];
  const text = inText(notice, site);
  return [
    post(
      'stakeholders',
      notice,
      text,
      how === undefined ? [section(text)] : [section(how(SLACK.name(site.name))), smallPrint(text)],
    ),
    ...rest.map((word) => {
      const said = inText(word, site);
      return post(`stakeholders-${word.key}`, word, said, [section(said)]);
    }),
  ];
}

function post(key: string, word: Update, text: string, blocks: KnownBlock[]): StakeholderPost {
  return { key, text: fallback(text), blocks, last: word.nextAt === null };
}

/** Above the notice of a run that is over: who comes by later reads first how it ended. */
const OUTCOMES: Readonly<Partial<Record<UpdateKind, (name: string) => string>>> = {
  restored: (name) =>
    `:white_check_mark: *${name} is back.* The last update is in the thread. This was the first one:`,
  'as-before': (name) =>
    `:leftwards_arrow_with_hook: *${name} is back, as it was before.* The last update is in the thread. This was the first one:`,
  'not-restored': (name) =>
    `:construction: *We couldn't confirm that ${name} is working again.* The latest update is in the thread. This was the first one:`,
};

function inText(word: Update, site: Site): string {
  return updateText(word, site, SLACK);
}

/** Times in the reader's own zone; what others have named cannot become markup. */
const SLACK: UpdateVoice = {
  moment: whenAt,
  time: timeOfDay,
  name: (text) => escaped(oneLine(text)),
  wording: (text) => text,
};
