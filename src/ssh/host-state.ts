import { z } from 'zod';
import { HostError } from '../app/ports/host-error.ts';
import type { HostState } from '../domain/run/decision.ts';

const state = z.object({
  code: z.union([z.string().regex(/^[0-9a-f]{40}$/), z.literal('unknown').transform(() => null)]),
  environment: z.enum(['before', 'target', 'missing', 'other']),
  database: z.union([z.enum(['before', 'restored', 'other']), z.literal('unknown').transform(() => null)]),
  health: z
    .string()
    .regex(/^\d{3}$/)
    .transform((status) => (status === '000' ? null : Number(status))),
  ran: z
    .string()
    .regex(/^(?:[a-z-]{1,40},){0,40}$/)
    .transform((names) => names.split(',').filter((name) => name !== ''))
    .exactOptional(),
  begun: z.enum(['yes', 'no']).transform((word) => word === 'yes'),
});

/** As systemd calls them. */
const UNIT = /^[A-Za-z0-9:_.@\\-]{1,255}$/;
const STATE = /^[a-z-]{0,40}$/;
const MOST_UNITS = 10;

/** One fact per line, as the program's `look` prints them. Errors: throws HostError `errored` on anything else. */
export function parseHostState(text: string): HostState {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const parsed = state.safeParse(Object.fromEntries(lines.map(([name, value]) => [name, value])));
  if (!parsed.success)
    throw new HostError(
      'errored',
      `the host's answer about code, environment and database can't be understood (no word for: ${[...new Set(parsed.error.issues.map(({ path }) => path.join(' ')))].join(', ')})`,
    );
  const units = lines
    .filter(([name]) => name === 'unit')
    .map(([, name = '', active = '']) => ({ name, active }));
  const isOdd = units.some(({ name, active }) => !UNIT.test(name) || !STATE.test(active));
  // Without one of them, the site could be up and look down.
  if (isOdd || units.length > MOST_UNITS)
    throw new HostError('errored', "the host's answer about the units of the site can't be understood");
  return { ...parsed.data, units };
}
