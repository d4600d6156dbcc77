import { expect, it } from 'vitest';
import { surveyingText } from '../../../../src/slack/render/answers/surveying.ts';
import { runOf } from '../../../support/story/run.ts';
import { request, site } from '../../../support/story/site.ts';

it.each([
  [
    'where it was typed, if the site has no channel',
    request(),
    site(),
    'a rollback of Acme Kitchens to v0.5.0. Nothing changes yet. The plan will appear here in a moment.',
  ],
  [
    'in the channel of the site, typed there',
    request(),
    site({ channel: 'C01OPS' }),
    'a rollback of Acme Kitchens to v0.5.0. Nothing changes yet. The plan will appear here in a moment.',
  ],
  [
    'in the channel of the site, typed elsewhere',
    request({ channel: 'C09' }),
    site({ channel: 'C01OPS' }),
    'a rollback of Acme Kitchens to v0.5.0. Nothing changes yet. The plan will appear in <#C01OPS>.',
  ],
  [
    'of the database alone',
    request({ version: null, mode: 'database-only' }),
    site(),
    'a restore of the database of Acme Kitchens. Nothing changes yet. The plan will appear here in a moment.',
  ],
])('says where the plan will be: %s', (_, asked, where, words) => {
  expect(surveyingText(runOf([], asked), where)).toBe(`:mag: acme-kitchens-7: planning ${words}`);
});
