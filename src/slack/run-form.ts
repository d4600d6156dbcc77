import type { ViewStateValue } from '@slack/bolt';
import { z } from 'zod';
import { readVersion } from '../commands/words.ts';
import type { Mode } from '../domain/mode.ts';
import type { Site } from '../domain/site.ts';
import type { Bot } from './bot.ts';

const metadata = z.object({ channel: z.string() });

export type FormAnswer =
  | { readonly kind: 'errors'; readonly errors: Record<string, string> }
  | {
      readonly kind: 'wish';
      readonly site: Site;
      readonly channel: string;
      readonly version: string | null;
      readonly mode: Mode | null;
      readonly reason: string | null;
    };

/** The form's fields, checked by the same rules as typed words; errors stand at their fields. */
export function readForm(
  bot: Pick<Bot, 'inventory'>,
  values: Record<string, Record<string, ViewStateValue>>,
  privateMetadata: string,
): FormAnswer {
  const site = bot.inventory.byKey(values['site']?.['value']?.selected_option?.value ?? '');
  if (!site) return { kind: 'errors', errors: { site: 'This site is not in the configuration any more.' } };
  const mode = readMode(values['mode']?.['value']?.selected_option?.value);
  const typed = values['version']?.['value']?.value?.trim() ?? '';
  if (mode === 'database-only') {
    if (typed !== '')
      return {
        kind: 'errors',
        errors: { version: 'With "Database only" the code stays: leave this empty.' },
      };
    return wish(null);
  }
  if (typed === '')
    return { kind: 'errors', errors: { version: 'Say which version, or choose "Database only".' } };
  const version = readVersion(typed);
  return version.kind === 'word'
    ? wish(version.text)
    : { kind: 'errors', errors: { version: `${version.sentence} ${version.next}` } };

  function wish(chosen: string | null): FormAnswer {
    const reason = values['reason']?.['value']?.value?.trim();
    return {
      kind: 'wish',
      site: site as Site,
      channel: metadata.parse(JSON.parse(privateMetadata)).channel,
      version: chosen,
      mode,
      reason: reason ? reason : null,
    };
  }
}

function readMode(value: string | undefined): Mode | null {
  return value === 'full' || value === 'code-only' || value === 'database-only' ? value : null;
}
