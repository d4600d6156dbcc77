import type { KnownBlock } from '@slack/types';
import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { button, confirm, section } from '../blocks/blocks.ts';
import { mention } from '../blocks/text.ts';

/** Where no proof says that the site is back, a person does; empty where nobody waits for it. */
export function lastWord({ id, updates, plan }: Run, site: Site): KnownBlock[] {
  if (site.stakeholders === undefined || updates.given.length === 0) return [];
  if (updates.back !== null)
    return [section(`:speech_balloon: ${mention(updates.back.by)} told the stakeholders that it is back.`)];
  return [
    section('*The stakeholders*  They wait for the last word. Press when the site really is back.'),
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
              'The stakeholders, and their status page if there is one, are told that the site is back. This cannot be taken back.',
              'Yes, it is back',
            ),
          },
        ),
      ],
    },
  ];
}
