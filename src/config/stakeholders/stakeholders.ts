import type { z } from 'zod';
import type { Stakeholders, StatusWebhook } from '../../domain/site/stakeholders.ts';
import { parseDuration } from '../values/duration.ts';
import { secretHeaderOf } from '../values/secret-header.ts';
import type { stakeholders } from './schema.ts';

type Raw = z.infer<typeof stakeholders>;

const DEFAULT_EVERY = '5m';

export function stakeholdersOf(raw: Raw | undefined): Stakeholders | undefined {
  if (raw === undefined) return undefined;
  const { channel = '', every = DEFAULT_EVERY, words = {}, webhook } = raw;
  return {
    channel,
    everyMs: parseDuration(every) ?? 0,
    words: present(words),
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
