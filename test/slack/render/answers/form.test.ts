import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { viewProblems } from '../../../../sandbox/slack/check-blocks.ts';
import type { Site } from '../../../../src/domain/site/site.ts';
import { form } from '../../../../src/slack/render/answers/form.ts';
import { site } from '../../../support/story/site.ts';

const PLACE = { channel: 'C01OPS', isDirect: false };
const MANY = Array.from({ length: 120 }, (_, index) =>
  site({ slug: `site-${index}`, name: `Site ${index}` }),
);

const option = z.object({ text: z.object({ text: z.string() }), value: z.string() });
const select = z.object({
  element: z.object({ options: z.array(option), initial_option: option.optional() }),
});

/** The menu of sites; also fails on whatever Slack would refuse. */
function sitesIn(sites: readonly Site[], chosen: Site | null) {
  const view = form(sites, chosen, PLACE);
  expect(viewProblems(view)).toEqual([]);
  const { options, initial_option } = select.parse(view.blocks[0]).element;
  return { names: options.map(({ text }) => text.text), chosen: initial_option?.value };
}

describe('the form', () => {
  it('offers a site that is beyond what fits when it was named in the command', () => {
    const { names, chosen } = sitesIn(MANY, MANY[110] ?? null);

    expect(chosen).toBe('site-110@production');
    expect(names.slice(0, 2)).toEqual(['Site 110 (production)', 'Site 0 (production)']);
    expect(names).toHaveLength(100);
  });

  it('chooses nothing where several are offered and none was named', () => {
    expect(sitesIn(MANY, null).chosen).toBeUndefined();
    expect(sitesIn(MANY.slice(0, 1), null).chosen).toBe('site-0@production');
  });

  it('says production or staging however long the name is', () => {
    const name = 'The Long Name of a Kitchen and Bathroom Showroom in the Middle of Nowhere';
    const both = [site({ name }), site({ name, environment: 'staging' })];

    expect(sitesIn(both, null).names).toEqual([
      'The Long Name of a Kitchen and Bathroom Showroom in the Middl… (production)',
      'The Long Name of a Kitchen and Bathroom Showroom in the Middle o… (staging)',
    ]);
  });

  it('carries the place of the command', () => {
    expect(form(MANY, null, PLACE).private_metadata).toBe('{"channel":"C01OPS","isDirect":false}');
  });
});
