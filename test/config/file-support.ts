import { parseConfiguration } from '../../src/config/file.ts';

export const SITE = `sites:
  - slug: acme-kitchens
    domain: acme-kitchens.example
    host: { address: 10.0.0.5 }
    requesters: [U01ALICE]
    approvers: [U02BOB]
`;

export function problems(text: string): readonly string[] {
  const result = parseConfiguration(text, 'rollback.yml');
  return 'problems' in result ? result.problems : [];
}

export function valid(text: string) {
  const result = parseConfiguration(text, 'rollback.yml');
  if ('problems' in result) throw new Error(result.problems.join('\n'));
  return result;
}

/** A valid file with one more line for its site, which is line 7. */
export const withLine = (line: string) => `${SITE}    ${line}\n`;
