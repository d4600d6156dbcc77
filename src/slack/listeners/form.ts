import type { ViewStateValue } from '@slack/bolt';
import { z } from 'zod';
import { readVersion } from '../../commands/words.ts';
import type { Mode } from '../../domain/plan/mode.ts';
import type { Site } from '../../domain/site/site.ts';
import type { Bot } from '../answering/answer.ts';
import type { ChannelPlace } from '../client/channel.ts';
import type { Wish } from './begin-request.ts';
import { reasonProblem } from './form-reason.ts';

/** A form opened by an older version of the bot comes without `isDirect`. */
const metadata = z.object({ channel: z.string(), isDirect: z.boolean().default(false) });

export type FormAnswer =
  | { readonly kind: 'errors'; readonly errors: Record<string, string> }
  | { readonly kind: 'wish'; readonly site: Site; readonly place: ChannelPlace; readonly wish: Wish };

/** Checks the form's fields by the same rules as a typed command. Each error names its field. */
export function readForm(
  bot: Pick<Bot, 'inventory'>,
  values: Record<string, Record<string, ViewStateValue>>,
  privateMetadata: string,
): FormAnswer {
  const site = bot.inventory.byKey(values['site']?.['value']?.selected_option?.value ?? '');
  if (!site) return { kind: 'errors', errors: { site: 'This site is no longer in the configuration.' } };
  const mode = readMode(values['mode']?.['value']?.selected_option?.value);
  const version = readTarget(values['version']?.['value']?.value?.trim() ?? '', mode);
  const reason = values['reason']?.['value']?.value?.trim() ?? '';
  const odd = reasonProblem(reason);
  if (version.kind === 'problem' || odd !== null)
    return {
      kind: 'errors',
      errors: {
        ...(version.kind === 'problem' && { version: version.text }),
        ...(odd !== null && { reason: odd }),
      },
    };
  return {
    kind: 'wish',
    site,
    place: metadata.parse(JSON.parse(privateMetadata)),
    wish: { version: version.text, mode, backup: null, reason: reason === '' ? null : reason, dryRun: false },
  };
}

type FormTarget =
  | { readonly kind: 'version'; readonly text: string | null }
  | { readonly kind: 'problem'; readonly text: string };

function readTarget(typed: string, mode: Mode | null): FormTarget {
  if (mode === 'database-only')
    return typed === ''
      ? { kind: 'version', text: null }
      : { kind: 'problem', text: 'With "Database only" the code stays as it is. Leave this empty.' };
  if (typed === '') return { kind: 'problem', text: 'Say which version, or choose "Database only".' };
  const version = readVersion(typed);
  return version.kind === 'word'
    ? { kind: 'version', text: version.text }
    : { kind: 'problem', text: `${version.sentence} ${version.next}` };
}

function readMode(value: string | undefined): Mode | null {
  return value === 'full' || value === 'code-only' || value === 'database-only' ? value : null;
}
