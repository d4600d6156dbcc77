import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonSchema } from '../../src/config/schema.ts';

test('the published JSON schema is the one that the bot uses', () => {
  const published: unknown = JSON.parse(readFileSync('docs/rollback.schema.json', 'utf8'));

  expect(published).toEqual(JSON.parse(jsonSchema()));
});
