import type { z } from 'zod';
import type { SecretHeader } from '../../domain/site/secret-header.ts';
import { absolutePath, section, text } from './schema-parts.ts';

const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;
/** Headers that the bot sets, or that belong to the connection. */
const OUR_HEADERS =
  /^(?:content-(?:type|length)|idempotency-key|host|connection|transfer-encoding|expect|te|upgrade)$/i;

export const headerName = text(HEADER_NAME, 'the name of a header').refine(
  (name) => !OUR_HEADERS.test(name),
  { error: "the name of a header that the bot doesn't set itself" },
);

/** One more header, for a call that someone else has to believe. */
export const secretHeader = section({
  header: headerName.optional().describe('Default: Authorization.'),
  file: absolutePath.describe(
    'A file on the worker whose first line is the value. Other users must not be able to read it.',
  ),
});

export function secretHeaderOf({
  header = 'Authorization',
  file,
}: z.infer<typeof secretHeader>): SecretHeader {
  return { header, file };
}
