import { describe, expect, it } from 'vitest';
import { carryIncidents, incidentEntry, insertIncident } from '../../../src/domain/records/incident.ts';

const ENTRY = incidentEntry({
  slug: 'acme-kitchens',
  date: '2026-03-01',
  version: 'v0.5.0 → v0.6.0',
  symptom: 'contact form is down',
  fix: 'Rolled back to v0.5.0',
  followUp: 'Find the cause',
});

const TEMPLATE = `# What Broke Last Time

## Template

\`\`\`markdown
## Site: <site-slug>

## Follow-Up Tracking
\`\`\`

<!--
## Follow-Up Tracking
-->

## Log Entries

`;
const OLD = `## Site: birch-bakery

**Date:** 2025-12-29  
**Version:** N/A → v0.5.0  
**Symptom:** Several problems:

- \`gunicorn\` missing
- admin over HTTP

**Fix:** Added it  
**Follow-up:** None

---

`;
const TRACKING = `## Follow-Up Tracking

### High Priority

- [ ] Check collectstatic
`;
const LOG = TEMPLATE + OLD + TRACKING;

describe('an entry of the incident log', () => {
  it('is exactly the platform’s template', () => {
    expect(ENTRY).toBe(
      [
        '## Site: acme-kitchens',
        '',
        '**Date:** 2026-03-01  ',
        '**Version:** v0.5.0 → v0.6.0  ',
        '**Symptom:** contact form is down  ',
        '**Fix:** Rolled back to v0.5.0  ',
        '**Follow-up:** Find the cause',
        '',
        '---',
        '',
      ].join('\n'),
    );
  });
});

describe('the incident log with one entry more', () => {
  it('has it before the follow-ups, behind all others, and every other byte as before', () => {
    expect(insertIncident(LOG, ENTRY)).toBe(`${TEMPLATE}${OLD}${ENTRY}\n${TRACKING}`);
  });

  it.each<[string, string, string]>([
    ['there is no entry yet', TEMPLATE + TRACKING, `${TEMPLATE}${ENTRY}\n${TRACKING}`],
    [
      'the last entry has no rule behind it',
      `## Log Entries\n\n## Site: a\n\nbad\n\n${TRACKING}`,
      `## Log Entries\n\n## Site: a\n\nbad\n\n---\n\n${ENTRY}\n${TRACKING}`,
    ],
    [
      'a rule right under a text would make it a heading',
      `## Site: a\n\nbad\n${TRACKING}`,
      `## Site: a\n\nbad\n\n---\n\n${ENTRY}\n${TRACKING}`,
    ],
    [
      'no blank line stands between rule and heading',
      `## Site: a\n\nbad\n\n---\n${TRACKING}`,
      `## Site: a\n\nbad\n\n---\n\n${ENTRY}\n${TRACKING}`,
    ],
    ['there are no follow-ups', TEMPLATE + OLD, `${TEMPLATE}${OLD}${ENTRY}`],
    ['the file ends without a line break', `${TEMPLATE}bad`, `${TEMPLATE}bad\n\n---\n\n${ENTRY}`],
    ['it ends with a rule and no line break', '## Site: a\n\n---', `## Site: a\n\n---\n\n${ENTRY}`],
    ['the file is empty', '', ENTRY],
    [
      'an entry before it speaks of the follow-ups',
      `${TEMPLATE}text\n\n## Follow-Up Tracking\n\nold\n\n---\n\n${TRACKING}`,
      `${TEMPLATE}text\n\n## Follow-Up Tracking\n\nold\n\n---\n\n${ENTRY}\n${TRACKING}`,
    ],
  ])('stays in order where %s', (_, before, after) => {
    expect(insertIncident(before, ENTRY)).toBe(after);
  });

  it('keeps a byte order mark and the line endings of the file', () => {
    const other = `\ufeff${LOG.replaceAll('\n', '\r\n')}`;

    expect(insertIncident(other, ENTRY)).toBe(
      `\ufeff${`${TEMPLATE}${OLD}${ENTRY}\n${TRACKING}`.replaceAll('\n', '\r\n')}`,
    );
  });
});

describe('entries of the rolling branch on a log that people have changed meanwhile', () => {
  const person = ENTRY.replace('acme-kitchens', 'cedar-clinic');
  const theirs = insertIncident(LOG, person);
  const ours = insertIncident(LOG, ENTRY);

  it('stand behind those of people', () => {
    expect(carryIncidents(LOG, ours, theirs)).toBe(insertIncident(theirs, ENTRY));
  });

  it('are taken over as people have completed them', () => {
    const completed = ours.replace('Find the cause', 'The migration locked a table');

    expect(carryIncidents(LOG, completed, theirs)).toBe(
      insertIncident(theirs, ENTRY.replace('Find the cause', 'The migration locked a table')),
    );
  });

  it('are not there twice where people have merged them already', () => {
    expect(carryIncidents(LOG, ours, insertIncident(ours, person))).toBe(insertIncident(ours, person));
    expect(carryIncidents(LOG, ours, ours.replaceAll('\n', '\r\n'))).toBe(ours.replaceAll('\n', '\r\n'));
  });
});
