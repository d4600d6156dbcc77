import { expect, it } from 'vitest';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { StatusWebhook } from '../../../src/domain/site/stakeholders.ts';
import { statusMessage } from '../../../src/domain/stakeholders/status-page.ts';
import { updatesOf } from '../../../src/domain/stakeholders/updates.ts';
import { ended, eventsTo, runOf, steps, verified } from '../../support/story/run.ts';
import { site, stakeholders } from '../../support/story/site.ts';

const PAGE: StatusWebhook = { url: 'https://status.example', headers: {}, stillWorking: false, statuses: {} };
const DOWN: readonly RunEvent[] = [...eventsTo('switching'), ...steps(['stop', 0], ['safety-backup', 0])];
const BACK: readonly RunEvent[] = [
  ...eventsTo('switching'),
  ...steps(['stop', 0], ['safety-backup', 0], ['restore', 0], ['healthy', 0]),
  ended('done', 'healthy', 0),
  verified,
];

/** The newest word of a run as the page is told it. */
function told(events: readonly RunEvent[], webhook: Partial<StatusWebhook> = {}, more = {}) {
  const run = runOf(events);
  const word = updatesOf(run, 300_000).at(-1);
  if (word === undefined) throw new Error('there is no word');
  const { key, body } = statusMessage(
    run,
    site({ stakeholders: stakeholders(), ...more }),
    { ...PAGE, ...webhook },
    word,
  );
  return { key, body: JSON.parse(body) as unknown };
}

it('is everything there is to say where the site has no body of its own', () => {
  expect(told(DOWN)).toEqual({
    key: 'acme-kitchens-7-started',
    body: {
      run: 'acme-kitchens-7',
      slug: 'acme-kitchens',
      environment: 'production',
      site: 'Acme Kitchens',
      domain: 'acme-kitchens.example',
      status: 'started',
      text: "Acme Kitchens (acme-kitchens.example) is not available right now. We have been putting it back to an earlier state since 2026-03-01 02:20 UTC. Visitors may see an error page until we are done. You don't need to do anything. Next update here by 02:20 UTC.",
      since: '2026-03-01T02:20:01.000Z',
      until: null,
      nextAt: '2026-03-01T02:20:00.000Z',
      downtimeSeconds: null,
      lostFrom: null,
      lostUntil: null,
    },
  });
  expect(told(BACK)).toMatchObject({
    key: 'acme-kitchens-7-end',
    body: {
      status: 'restored',
      until: '2026-03-01T02:20:05.000Z',
      nextAt: null,
      downtimeSeconds: 4,
      lostFrom: '2026-03-01T01:40:00Z',
      lostUntil: '2026-03-01T02:20:01.000Z',
    },
  });
});

it("is the site's own body, in which a placeholder alone keeps its type", () => {
  const body = {
    title: '{site}: {status}',
    open: true,
    tags: ['{slug}', 7, null],
    times: { down: '{downtimeSeconds}', next: '{nextAt}', text: 'for {downtimeSeconds} s, {{so}}' },
  };

  expect(told(BACK, { body, statuses: { restored: 'resolved' } }).body).toEqual({
    title: 'Acme Kitchens: resolved',
    open: true,
    tags: ['acme-kitchens', 7, null],
    times: { down: 4, next: null, text: 'for 4 s, {so}' },
  });
});

it('stays JSON whatever a site is called', () => {
  const name = 'Acme "Kitchens" \\ {site}\u2028';

  expect(told(DOWN, { body: { title: 'About {site}' } }, { name }).body).toEqual({ title: `About ${name}` });
});

it("has the site's wording without Slack's markup, and names as they are", () => {
  const words = { started: '*{site}* _pauses_, see <https://acme.example|our page> <!here>, a_b_c' };

  expect(
    told(
      DOWN,
      { body: { text: '{text}' } },
      { name: '*Acme* <Kitchens>', stakeholders: stakeholders({ words }) },
    ).body,
  ).toEqual({ text: '*Acme* <Kitchens> pauses, see our page here, a_b_c' });
});
