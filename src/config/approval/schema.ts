import { z } from 'zod';
import { FACTORS } from '../../domain/approval/factor.ts';
import { DECISION_SUBJECTS, PLAN_SUBJECTS } from '../../domain/approval/policy.ts';
import { duration, people, section, text, wholeNumber } from '../values/schema-parts.ts';

const SUBJECTS = [...PLAN_SUBJECTS, ...DECISION_SUBJECTS];

const QUORUM = 'a whole number from 1 to 5';
const number = wholeNumber(1, 5, QUORUM).optional();

const expires = duration('smh', 60_000, 24 * 3_600_000, 'a duration from 1m to 24h, such as 90s, 15m or 2h');

/** What the configuration may name: the modes, an undo, and the decisions at a stop. */
const quorums = section({
  default: number.describe('For everything that is not named here. Default: 1.'),
  full: number,
  'code-only': number,
  'database-only': number,
  undo: number.describe('For an undo, besides its mode. The larger number counts.'),
  'go-back': number,
  retry: number,
  skip: number,
});

const subject = z.enum(SUBJECTS, { error: `one of ${SUBJECTS.join(', ')}` });

export const approval = section({
  expires: expires.optional().describe('How long a plan waits for its approval. Default: 15m.'),
  quorum: z
    .union([wholeNumber(1, 5, QUORUM), quorums], {
      error: `${QUORUM}, or a mapping of default, ${SUBJECTS.join(', ')} to such numbers`,
    })
    .optional()
    .describe(
      'How many different people have to approve: one number, or one for each mode and decision. Default: 1.',
    ),
  always: z
    .union([z.boolean(), z.array(subject)], {
      error: `true, false, or a list of ${SUBJECTS.join(', ')}`,
    })
    .optional()
    .describe(
      'What needs a second person in any case. True: every run, also one of the code alone. Default: false.',
    ),
  factor: z
    .enum([...FACTORS, 'none'], { error: 'one of totp, none' })
    .optional()
    .describe(
      'What an approver shows beside being logged in to Slack: totp, a code from the phone. Default: none.',
    ),
  breakGlass: people
    .optional()
    .describe('Who may let a run go ahead without the approvals that it lacks. Default: nobody.'),
});

const user = text(/^[UW][A-Z0-9]{2,}$/, 'a Slack user id (U…)');

export const accounts = z
  .array(
    z
      .array(user, { error: 'a list of the Slack user ids (U…) of one person' })
      .min(2, { error: 'a list of at least two Slack user ids (U…) of one person' }),
    { error: 'a list with one list of Slack user ids (U…) for each person' },
  )
  .superRefine((lists, context) => {
    const seen = new Map<string, number>();
    for (const [index, list] of lists.entries())
      for (const [at, id] of list.entries()) {
        const before = seen.get(id);
        if (before !== undefined)
          context.addIssue({
            code: 'custom',
            path: [index, at],
            message: `an account that appears once; ${id} is in accounts[${before}] already`,
          });
        else seen.set(id, index);
      }
  });
