import { describe, expect, it } from 'vitest';
import { readForm } from '../../../src/slack/listeners/form.ts';
import { inventory } from '../../support/fakes/sites.ts';
import { site } from '../../support/story/site.ts';

const WHERE = site();

/** The form as it comes back, with what was entered. */
function answered(entered: { version?: string; mode?: string; why?: string }, metadata: object) {
  const text = (value: string | undefined) => ({
    value: { type: 'plain_text_input', value: value ?? null } as const,
  });
  const chosen = (value: string) => ({
    value: {
      type: 'static_select',
      selected_option: { text: { type: 'plain_text', text: value }, value },
    } as const,
  });
  return readForm(
    { inventory: inventory(WHERE) },
    {
      site: chosen('acme-kitchens@production'),
      version: text(entered.version),
      mode: chosen(entered.mode ?? 'auto'),
      reason: text(entered.why),
    },
    JSON.stringify(metadata),
  );
}
const errorsIn = (entered: Parameters<typeof answered>[0]) => {
  const answer = answered(entered, { channel: 'C01OPS', isDirect: false });
  return answer.kind === 'errors' ? answer.errors : {};
};

describe('the form that comes back', () => {
  it('is a wish for a site, with the place of the command', () => {
    expect(
      answered({ version: ' v0.5.0 ', why: ' It hurts. ' }, { channel: 'C01OPS', isDirect: true }),
    ).toEqual({
      kind: 'wish',
      site: WHERE,
      place: { channel: 'C01OPS', isDirect: true },
      wish: { version: 'v0.5.0', mode: null, backup: null, reason: 'It hurts.', dryRun: false },
    });
  });

  it('may have been opened by the version of the bot before', () => {
    expect(answered({ mode: 'database-only' }, { channel: 'C01OPS' })).toMatchObject({
      place: { channel: 'C01OPS', isDirect: false },
      wish: { version: null, mode: 'database-only', reason: null },
    });
  });

  it.each([
    [{}, { version: 'Say which version, or choose "Database only".' }],
    [
      { version: 'v0.5.0', mode: 'database-only' },
      { version: 'With "Database only" the code stays as it is. Leave this empty.' },
    ],
    [
      { version: 'v0.5.0', why: 'it \u202ehurts' },
      {
        reason:
          "It contains a character that can't be shown: U+202E, a right-to-left override. Type the reason by hand.",
      },
    ],
    [
      { why: 'it\u0000hurts' },
      {
        version: 'Say which version, or choose "Database only".',
        reason:
          "It contains a character that can't be shown: U+0000, a null character. Type the reason by hand.",
      },
    ],
  ])('says at its fields what is wrong: %j', (entered, errors) => {
    expect(errorsIn(entered)).toEqual(errors);
  });
});
