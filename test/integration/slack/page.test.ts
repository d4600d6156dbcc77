import type { KnownBlock } from '@slack/types';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { given } from '../../sandbox/slack/support.ts';
import { zoo } from './page-blocks.ts';
import { become, composer, missingBrowser, openPage, SCREENS, startBrowser } from './page-browser.ts';
import {
  ALICE,
  BOB,
  OPS,
  type PageWorkspace,
  runIn,
  startPageWorkspace,
  succeeded,
  waiting,
} from './page-workspace.ts';

if (missingBrowser !== undefined) console.warn(`The page is not tried in a browser: ${missingBrowser}.`);

describe.skipIf(missingBrowser !== undefined)('the page in Chromium', () => {
  let browser: Browser;
  let workspace: PageWorkspace;

  beforeAll(async () => {
    browser = await startBrowser();
  });

  afterAll(async () => {
    await browser.close();
  });

  beforeEach(async () => {
    workspace = await startPageWorkspace();
  });

  afterEach(async () => {
    await workspace.stop();
  });

  describe.each(SCREENS)('$name', (screen) => {
    const { phone } = screen;

    test('a rollback from the command to the end', async () => {
      const { slack } = workspace;
      const { page, context, complaints, picture } = await openPage(browser, slack, screen, ALICE);
      const log = page.getByRole('log', { name: 'Messages' });

      // The composer completes the command, and only Alice sees the answer.
      await composer(page).click();
      await page.keyboard.type('/ro');
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: /^acme-kitchens/ }).waitFor();
      await picture('1 completion');
      await page.keyboard.type('ac');
      await page.keyboard.press('Tab');
      await page.keyboard.type('v9');
      await page.keyboard.press('Enter');
      await log.getByText('Only visible to you').waitFor();
      expect(await composer(page).inputValue()).toBe('');
      expect(slack.transcript()).toContainEqual(
        expect.objectContaining({ type: 'delivery', summary: `/rollback acme-kitchens v9 in ${OPS}` }),
      );
      await picture('2 ephemeral');
      await log.getByRole('button', { name: 'Dismiss message' }).click();
      await log.getByText('Only visible to you').waitFor({ state: 'detached' });

      // The card appears on its own, and other phones ring.
      const posted = await workspace.post(waiting());
      const card = log.getByRole('article').filter({ has: page.getByRole('button', { name: 'Approve' }) });
      await card.waitFor();
      await page.getByRole('button', { name: 'Continue as Bob' }).waitFor();
      expect(await card.innerText()).toContain('@Bob @Carol');
      await picture('3 card');
      expect(await card.getByRole('button', { name: 'Approve' }).boundingBox()).toMatchObject({
        height: phone ? 44 : 36,
      });

      // Bob goes back once, then approves.
      await become(page, phone, 'Bob');
      const reason = card.getByRole('textbox', { name: 'Reason' });
      await reason.fill('no orders');
      await card.getByRole('button', { name: 'Approve' }).click();
      const dialog = page.getByRole('dialog', { name: 'Approve this rollback?' });
      expect(await dialog.innerText()).toContain(
        'Everything written to its database after 2026-03-01 01:40 UTC will be lost.',
      );
      await picture('4 confirm');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(slack.transcript().filter((event) => event.type === 'delivery' && event.user === BOB)).toEqual(
        [],
      );
      // The card is edited while Bob types: what he has typed stays.
      const shown = { channel: OPS, ts: given(posted.get('card')), text: 'edited' };
      const blocks = given(slack.message(OPS, shown.ts)).blocks as unknown as KnownBlock[];
      await workspace.client.chat.update({ ...shown, blocks: [...blocks, { type: 'divider' }] });
      await card.getByText('(edited)').waitFor();
      expect(await reason.inputValue()).toBe('no orders');
      await card.getByRole('button', { name: 'Approve' }).click();
      await dialog.getByRole('button', { name: 'Approve' }).click();
      await log.getByText('Approved. It begins now. You said: no orders').waitFor();

      // Edits appear in place.
      await workspace.show(runIn('switching'), posted);
      await log.getByText('The switch is running on the host.').waitFor();
      await card.waitFor({ state: 'detached' });
      await workspace.show(succeeded(), posted);
      await log.getByRole('heading', { name: 'Acme Kitchens is back' }).waitFor();
      await picture('5 end');

      // The thread, with a reply. Escape leads back.
      await log
        .getByRole('button', { name: /\d repl/ })
        .first()
        .click();
      const thread = page.getByRole('complementary', { name: 'Thread' });
      await thread.getByText('check out the target code (at most').first().waitFor();
      await picture('6 thread');
      await thread.getByRole('combobox').fill('Thank you, that was quick.');
      await page.keyboard.press('Enter');
      await thread.getByText('6 replies', { exact: true }).waitFor();
      await thread.getByRole('button', { name: 'Close the thread' }).focus();
      await page.keyboard.press('Escape');
      await thread.waitFor({ state: 'hidden' });

      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(phone ? 390 : 1280);
      expect(complaints).toEqual([]);
      expect(slack.violations).toEqual([]);
      await context.close();
    });

    test('a form with a mistake in it', async () => {
      const { slack } = workspace;
      const { page, context, complaints, picture } = await openPage(browser, slack, screen, ALICE);
      await composer(page).fill('/rollback');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      const form = page.getByRole('dialog', { name: 'Roll back a site' });
      await form.waitFor();

      await form.getByRole('button', { name: 'Make the plan' }).click();
      await form.getByText('Please complete this required field.').waitFor();
      await form.getByLabel('Site').selectOption('Birch Bakery (staging)');
      await form.getByLabel('Why').fill('checkout is broken');
      await form.getByRole('button', { name: 'Make the plan' }).click();
      await form.getByText('Say which version, or choose "Database only".').waitFor();
      await picture('7 form');
      const version = form.getByLabel('Version');
      expect(await version.getAttribute('aria-invalid')).toBe('true');
      expect(await version.evaluate((field) => field === document.activeElement)).toBe(true);
      // The entries are still there.
      expect(await form.getByLabel('Why').inputValue()).toBe('checkout is broken');

      await page.keyboard.type('v0.5.0');
      await page.keyboard.press('Enter');
      await form.waitFor({ state: 'detached' });
      expect(slack.describe()).toContain('"version":"v0.5.0"');

      await composer(page).fill('/rollback ');
      await page.keyboard.press('Enter');
      await form.waitFor();
      await page.keyboard.press('Escape');
      await form.waitFor({ state: 'detached' });
      expect(slack.as(ALICE).openModals()).toEqual([]);
      expect(complaints).toEqual([]);
      expect(slack.violations).toEqual([]);
      await context.close();
    });

    test('every block and element', async () => {
      const { slack, client } = workspace;
      const { page, context, complaints, picture } = await openPage(
        browser,
        slack,
        screen,
        `${ALICE}/${OPS}`,
      );
      await client.chat.postMessage({ channel: OPS, text: 'zoo', blocks: zoo });
      const log = page.getByRole('log', { name: 'Messages' });
      await log.getByRole('link', { name: 'a page' }).waitFor();
      expect(await log.getByRole('link', { name: 'a page' }).getAttribute('href')).toBe(
        'https://example.com/?a=1&b=2',
      );
      expect(await log.innerText()).toContain('<img src=x onerror=alert(1)>');
      expect(await log.locator('img[src="x"], script').count()).toBe(0);
      await picture('8 blocks');
      await log.evaluate((scroller) => scroller.scrollTo(0, 0));
      await picture('9 blocks');

      await log.getByLabel('Which backup?').selectOption('Tuesday');
      await log.getByRole('radio', { name: /Database/ }).check();
      await log.getByRole('checkbox', { name: /Tell people/ }).check();
      await slack.waitFor((event) => event.type === 'delivery' && event.summary.startsWith('options: tell'));
      await log.getByRole('checkbox', { name: /Tell people/ }).uncheck();
      await slack.waitFor((event) => event.type === 'delivery' && /^options: (?!tell)/.test(event.summary));
      expect(slack.describe()).toContain('choice: tue on');
      expect(slack.describe()).toContain('mode: db on');
      expect(complaints).toEqual([]);
      expect(slack.violations).toEqual([]);
      await context.close();
    });
  });
});
