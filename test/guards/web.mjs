/** Everything else outside: pages of a site, status pages, the repository of the records. How to read a row: see guards.mjs. */
// biome-ignore format: one guard a row
export const WEB = [
  ['the secret of a status page is sent nowhere else', 'src/paging/status-page.ts',
    "redirect: 'manual',", "redirect: 'follow',",
    'test/paging/status-page.test.ts'],
  ['a link on a page leads to no other host', 'src/probe/ask.ts',
    'return new URL(`', 'return new URL(path, base) ?? new URL(`',
    'test/probe/admin-and-form.test.ts', 'looks like another host'],
  ['only a few workers wait for the repository of the records', 'src/records/git-records.ts',
    "if (writing >= MOST_WRITING) return { kind: 'busy' };", '',
    'test/integration/records/write-recording.test.ts', 'everyone after them'],
  ['records: a run that is there is not written again', 'src/records/write-recording.ts',
    '    if (known !== null) return known;\n', '',
    'test/integration/records/write-recording.test.ts', 'are written once'],
  ['records: a push only replaces the commit it was built on', 'src/records/write-recording.ts',
    "['push', lease, ", "['push', '--force', ",
    'test/integration/records/write-recording.test.ts', 'five workers'],
];
