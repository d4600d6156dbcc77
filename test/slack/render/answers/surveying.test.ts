import { expect, it } from 'vitest';
import { surveyingText } from '../../../../src/slack/render/answers/surveying.ts';
import { request, runOf, site } from '../../../support/story/builders.ts';

it.each([
  [
    'where it was typed, if the site has no channel',
    request(),
    site(),
    'for a rollback to v0.5.0. Nothing is changed; the plan comes in a moment.',
  ],
  [
    'in the channel of the site, typed there',
    request(),
    site({ channel: 'C01OPS' }),
    'for a rollback to v0.5.0. Nothing is changed; the plan comes in a moment.',
  ],
  [
    'in the channel of the site, typed elsewhere',
    request({ channel: 'C09' }),
    site({ channel: 'C01OPS' }),
    'for a rollback to v0.5.0. Nothing is changed; the plan comes in <#C01OPS>.',
  ],
  [
    'of the database alone',
    request({ version: null, mode: 'database-only' }),
    site(),
    'for a restore of the database. Nothing is changed; the plan comes in a moment.',
  ],
])('says where the plan will be: %s', (_, asked, where, words) => {
  expect(surveyingText(runOf([], asked), where)).toBe(
    `:mag: acme-kitchens-7: looking at Acme Kitchens ${words}`,
  );
});
