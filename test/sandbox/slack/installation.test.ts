import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { installationOf } from '../../../sandbox/slack/installation.ts';

const manifest = z
  .object({ oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }) })
  .parse(parse(readFileSync('manifest.yml', 'utf8')));

test('the app has the rights that its manifest asks for, and no others', () => {
  expect([...installationOf({}).scopes].toSorted()).toEqual(manifest.oauth_config.scopes.bot.toSorted());
});
