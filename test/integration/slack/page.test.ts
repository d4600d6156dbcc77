import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LOUNGE_TEXT, zoo } from './page-blocks.ts';
import { missingBrowser, openPage, SCREENS, startBrowser } from './page-browser.ts';
import {
  ALICE,
  BOB,
  CAROL,
  DAN,
  LOUNGE,
  MIRA,
  OPS,
  type PageWorkspace,
  runIn,
  STATUS,
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

  const composer = (page: Page) => page.getByRole('combobox', { name: /^Message/ });
  const channelButton = (page: Page, name: string) =>
    page.getByRole('navigation').getByRole('button', { name: new RegExp(`^${name}\\b`) });

  const become = async (page: Page, phone: boolean, name: string): Promise<void> => {
    if (phone) await page.getByRole('button', { name: 'Channels and people' }).click();
    await page.getByRole('button', { name: /Switch person/ }).click();
    await page.getByRole('menuitemradio', { name: new RegExp(`^${name}`) }).click();
    await page
      .getByRole('button', { name: new RegExp(`^You are ${name}`), includeHidden: true })
      .waitFor({ state: 'attached' });
    if (phone) await page.keyboard.press('Escape');
  };

  describe.each(SCREENS)('$name', (screen) => {
    const { phone } = screen;

    test('a rollback from the command to the end', async () => {
      const { slack } = workspace;
      const { page, context, complaints, picture } = await openPage(browser, slack, screen, ALICE);
      const log = page.getByRole('log', { name: 'Messages' });

      // the command completes, and its answer is for Alice alone
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

      // the card comes by itself, and other phones ring
      const posted = await workspace.post(waiting());
      const card = log.getByRole('article').filter({ has: page.getByRole('button', { name: 'Approve' }) });
      await card.waitFor();
      await page.getByRole('button', { name: 'Go on as Bob' }).waitFor();
      expect(await card.innerText()).toContain('@Bob @Carol');
      await picture('3 card');
      expect(await card.getByRole('button', { name: 'Approve' }).boundingBox()).toMatchObject({
        height: phone ? 44 : 36,
      });

      // Bob goes back once, and then approves
      await become(page, phone, 'Bob');
      await card.getByRole('button', { name: 'Approve' }).click();
      const dialog = page.getByRole('dialog', { name: 'Approve this rollback?' });
      expect(await dialog.innerText()).toContain(
        'Everything written to its database after 2026-03-01 01:40 UTC is lost.',
      );
      await picture('4 confirm');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(slack.transcript().filter((event) => event.type === 'delivery' && event.user === BOB)).toEqual(
        [],
      );
      await card.getByRole('button', { name: 'Approve' }).click();
      await dialog.getByRole('button', { name: 'Approve' }).click();
      await log.getByText('Approved. It begins now.').waitFor();

      // edits come in place
      await workspace.show(runIn('switching'), posted);
      await log.getByText('The switch is running on the host.').waitFor();
      await card.waitFor({ state: 'detached' });
      await workspace.show(succeeded(), posted);
      await log.getByRole('heading', { name: 'Acme Kitchens is back' }).waitFor();
      await picture('5 end');

      // the thread, with a reply and back by Escape
      await log
        .getByRole('button', { name: /\d repl/ })
        .first()
        .click();
      const thread = page.getByRole('complementary', { name: 'Thread' });
      await thread.getByText('check out the target code (at most').waitFor();
      await picture('6 thread');
      await thread.getByRole('combobox').fill('Thank you, that was quick.');
      await page.keyboard.press('Enter');
      await thread.getByText('2 replies', { exact: true }).waitFor();
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
      const form = page.getByRole('dialog', { name: 'Roll a site back' });
      await form.waitFor();

      await form.getByRole('button', { name: 'Look at it' }).click();
      await form.getByText('Please complete this required field.').waitFor();
      await form.getByLabel('Site').selectOption('Birch Bakery (staging)');
      await form.getByLabel('Why').fill('checkout is broken');
      await form.getByRole('button', { name: 'Look at it' }).click();
      await form.getByText('Say which version, or choose "Database only".').waitFor();
      await picture('7 form');
      const version = form.getByLabel('Version');
      expect(await version.getAttribute('aria-invalid')).toBe('true');
      expect(await version.evaluate((field) => field === document.activeElement)).toBe(true);
      // what was typed is still there
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
      expect(slack.describe()).toContain('choice: tue on');
      expect(slack.describe()).toContain('mode: db on');
      expect(complaints).toEqual([]);
      expect(slack.violations).toEqual([]);
      await context.close();
    });
  });

  const desktop = { name: 'desktop', phone: false, scheme: 'light' } as const;
  const phone = { name: 'phone', phone: true, scheme: 'light' } as const;

  test('what people see differs', async () => {
    const { slack } = workspace;
    slack.as(ALICE).say(LOUNGE, LOUNGE_TEXT);
    await workspace.post(succeeded());
    const { page, context } = await openPage(browser, slack, desktop, MIRA);
    expect(await page.getByRole('navigation').getByRole('listitem').allInnerTexts()).toEqual(['acme-status']);
    await become(page, false, 'Dan');
    await channelButton(page, 'ops').waitFor();
    expect(await channelButton(page, 'lounge').count()).toBe(0);
    await become(page, false, 'Bob');
    await channelButton(page, 'lounge, 1 unread').click();
    await page.getByText(LOUNGE_TEXT).waitFor();
    await channelButton(page, 'lounge$').waitFor();
    expect(page.url()).toContain(`${BOB}/${LOUNGE}`);
    await page.goBack();
    expect(await page.getByRole('heading', { name: 'ops' }).isVisible()).toBe(true);
    expect(slack.violations).toEqual([]);
    await context.close();
  });

  test('a new post elsewhere rings once, an edit does not', async () => {
    const { slack, client } = workspace;
    const { page, context, picture } = await openPage(browser, slack, phone, `${ALICE}/${STATUS}`);
    const { ts = '' } = await client.chat.postMessage({ channel: OPS, text: `<@${ALICE}> :x: *it* failed` });
    const banner = page.getByRole('region', { name: 'Notifications' }).getByRole('status');
    await banner.waitFor();
    expect(await banner.innerText()).toMatch(/rollback-bot: @Alice .*it failed/s);
    await picture('banner');
    await banner.getByRole('button', { name: 'Dismiss' }).click();
    await client.chat.update({ channel: OPS, ts, text: `<@${ALICE}> now it works` });
    await client.chat.postMessage({ channel: OPS, text: 'plain news' });
    await banner.getByText('plain news').waitFor();
    expect(await page.getByText('now it works').count()).toBe(0);
    await banner.getByText('plain news').click();
    await page.getByText('now it works').waitFor();
    expect(slack.violations).toEqual([]);
    await context.close();
  });

  test('everything by keyboard', async () => {
    const { slack } = workspace;
    await workspace.post(waiting());
    const { page, context } = await openPage(browser, slack, desktop, `${CAROL}/${OPS}`);
    await page.getByRole('button', { name: 'Approve' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Approved. It begins now.').waitFor();
    expect(
      await page.getByRole('button', { name: 'Approve' }).evaluate((one) => one === document.activeElement),
    ).toBe(true);

    await page.getByRole('button', { name: /Switch person/ }).press('Enter');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await channelButton(page, 'acme-status').waitFor();
    await channelButton(page, 'ops').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'acme-status' }).waitFor();
    expect(slack.violations).toEqual([]);
    await context.close();
  });

  test('the drawer of a phone covers and uncovers', async () => {
    const { slack } = workspace;
    const { page, context } = await openPage(browser, slack, phone, `${ALICE}/${OPS}`);
    expect(await channelButton(page, 'acme-status').count()).toBe(0);
    await page.getByRole('button', { name: 'Channels and people' }).click();
    await channelButton(page, 'acme-status').click();
    await page.getByRole('heading', { name: 'acme-status' }).waitFor();
    await channelButton(page, 'acme-status').waitFor({ state: 'detached' });
    expect(slack.violations).toEqual([]);
    await context.close();
  });

  test('the connection comes back, and colours can be chosen', async () => {
    const { slack } = workspace;
    const { page, context } = await openPage(browser, slack, desktop, `${DAN}/${OPS}`);
    await context.setOffline(true);
    await page.evaluate(() => dispatchEvent(new Event('offline')));
    await context.setOffline(false);
    slack.as(ALICE).say(OPS, 'still here?');
    await page.getByText('still here?').waitFor();

    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await ground()).toBe('rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'Use dark colours' }).click();
    expect(await ground()).toBe('rgb(27, 29, 34)');
    await page.reload();
    await page.locator('body.ready').waitFor();
    expect(await ground()).toBe('rgb(27, 29, 34)');
    expect(slack.violations).toEqual([]);
    await context.close();
  });
});
