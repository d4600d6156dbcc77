import type { KnownBlock } from '@slack/types';
import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { button, confirm, section } from '../blocks/blocks.ts';
import { mention } from '../blocks/text.ts';

/** If no checks say that the site is back, a person has to. Empty if no stakeholders are waiting to hear it. */
export function siteIsBack({ id, updates, plan }: Run, site: Site): KnownBlock[] {
  if (site.stakeholders === undefined || updates.given.length === 0) return [];
  if (updates.back !== null)
    return [section(`:speech_balloon: ${mention(updates.back.by)} told the stakeholders that it is back.`)];
  return [
    section(
      '*Stakeholders*  They are waiting to hear that the site is back. Press the button when it really is.',
    ),
    {
      type: 'actions',
      elements: [
        button(
          'The site is back',
          'site-back',
          { run: id, digest: plan?.digest ?? null },
          {
            confirm: confirm(
              'Is it back?',
              "This tells the stakeholders, and their status page if there is one, that the site is back. You can't take it back.",
              'Yes, it is back',
            ),
          },
        ),
      ],
    },
  ];
}
