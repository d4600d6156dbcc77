import type { Stakeholders, StatusWebhook } from '../domain/site/stakeholders.ts';
import { parseDuration } from './duration.ts';
import type { RawDefaults, RawSite } from './schema.ts';
import { secretHeaderOf } from './secret-header.ts';

type Raw = NonNullable<RawSite['stakeholders']>;

const DEFAULT_EVERY = '5m';

/** Merges key by key, the wording as well; but a webhook replaces the one in `defaults`. */
export function stakeholdersOf(
  { stakeholders: all }: RawDefaults,
  { stakeholders: own }: RawSite,
): Stakeholders | undefined {
  if (all === undefined && own === undefined) return undefined;
  const { channel = '', every = DEFAULT_EVERY, webhook } = { ...all, ...own };
  return {
    channel,
    everyMs: parseDuration(every) ?? 0,
    words: present({ ...all?.words, ...own?.words }),
    ...(webhook !== undefined && { webhook: webhookOf(webhook) }),
  };
}

function webhookOf({
  url,
  headers = {},
  secret,
  stillWorking = false,
  statuses = {},
  body,
}: NonNullable<Raw['webhook']>): StatusWebhook {
  return {
    url,
    headers,
    ...(secret !== undefined && { secret: secretHeaderOf(secret) }),
    stillWorking,
    statuses: present(statuses),
    ...(body !== undefined && { body }),
  };
}

/** Leaves out the keys that are undefined. */
function present<Key extends string>(
  texts: Readonly<Partial<Record<Key, string | undefined>>>,
): Partial<Record<Key, string>> {
  return Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)) as Partial<
    Record<Key, string>
  >;
}
