import { z } from 'zod';
import {
  PLACEHOLDERS,
  STATUS_PLACEHOLDERS,
  UPDATE_KINDS,
  type UpdateKind,
} from '../../domain/site/stakeholders.ts';
import { LONGEST_WORDING } from '../../domain/stakeholders/wording.ts';
import { placeholderProblem } from '../../domain/text/placeholders.ts';
import { channel, httpAddress, interval, section, text } from '../values/schema-parts.ts';
import { headerName, secretHeader } from '../values/secret-header.ts';

const SECRET_HEADERS = /^(?:authorization|proxy-authorization|cookie)$/i;
const HEADER_WITH_SECRET = 'the name of a header that holds no secret; put this one into secret';
const LONGEST_BODY = 10_000;
const DEEPEST_BODY = 10;

const wording = Object.fromEntries(UPDATE_KINDS.map((kind) => [kind, wordingOf(kind).optional()])) as Record<
  UpdateKind,
  z.ZodOptional<ReturnType<typeof wordingOf>>
>;

const statuses = Object.fromEntries(
  UPDATE_KINDS.map((kind) => [kind, text(/^\P{C}{1,100}$/u, 'a text of 1 to 100 characters').optional()]),
) as Record<UpdateKind, z.ZodOptional<z.ZodString>>;

const webhook = section({
  url: httpAddress
    .refine((value) => !/^https?:\/\/[^/?#]*@/.test(value), {
      error: 'an http or https address without a password in it; put the password into secret',
    })
    .describe('The bot calls it with JSON by POST.'),
  headers: z
    .record(z.string(), text(/^[\x20-\x7e]{0,500}$/, 'a text of at most 500 characters'), {
      error: 'a mapping of header names to texts',
    })
    .superRefine(checkHeaders)
    .optional()
    .describe('More headers. Put secrets into secret instead.'),
  secret: secretHeader
    .optional()
    .describe('One more header. The bot reads its value from a file each time that it needs it.'),
  stillWorking: z
    .boolean({ error: 'true or false' })
    .optional()
    .describe('Also send still-working and people-called. Default: false.'),
  statuses: section(statuses)
    .optional()
    .describe('What the page calls each kind of update. Default: its own name.'),
  body: z
    .record(z.string(), z.unknown(), { error: 'a mapping, sent as JSON' })
    .superRefine(checkBody)
    .optional()
    .describe('JSON whose strings may hold placeholders. Default: an object of all of them.'),
});

export const stakeholders = section({
  channel: channel.optional().describe('The channel that they read. Required, here or in defaults.'),
  every: interval
    .optional()
    .describe('The longest time between two updates while someone works on the site. Default: 5m.'),
  words: section(wording).optional().describe('Your wording of the updates, with placeholders in braces.'),
  webhook: webhook.optional().describe('A status page that hears the same.'),
});

function wordingOf(kind: UpdateKind) {
  const expectation = `a text of 1 to ${LONGEST_WORDING} characters`;
  return z
    .string({ error: expectation })
    .refine((value) => value.trim() !== '' && value.length <= LONGEST_WORDING, { error: expectation })
    .superRefine((value, context) => {
      const message = placeholderProblem(value, PLACEHOLDERS[kind]);
      if (message !== null) context.addIssue({ code: 'custom', message });
    });
}

function checkHeaders(headers: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  for (const name of Object.keys(headers)) {
    const problem = SECRET_HEADERS.test(name)
      ? HEADER_WITH_SECRET
      : headerName.safeParse(name).error?.issues[0]?.message;
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem, path: [name] });
  }
}

function checkBody(body: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  let tooDeep = false;
  const check = (value: unknown, path: readonly PropertyKey[]): void => {
    const message = typeof value === 'string' ? placeholderProblem(value, STATUS_PLACEHOLDERS) : null;
    if (message !== null) context.addIssue({ code: 'custom', message, path: [...path] });
    if (typeof value !== 'object' || value === null) return;
    // An alias inside its own anchor never ends.
    if (path.length >= DEEPEST_BODY) tooDeep = true;
    else if (Array.isArray(value)) for (const [index, item] of value.entries()) check(item, [...path, index]);
    else for (const [key, item] of Object.entries(value)) check(item, [...path, key]);
  };
  check(body, []);
  if (tooDeep || JSON.stringify(body).length > LONGEST_BODY)
    context.addIssue({
      code: 'custom',
      message: `JSON of at most ${LONGEST_BODY} characters and ${DEEPEST_BODY} levels`,
    });
}
