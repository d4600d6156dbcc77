import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startLocalSlack } from '../../../sandbox/slack/local-slack.ts';
import { addPage } from '../../../sandbox/slack/page/page.ts';
import { LOUNGE_TEXT } from './page-blocks.ts';
import { become, channelButton, missingBrowser, openPage, startBrowser } from './page-browser.ts';
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

describe.skipIf(missingBrowser !== undefined)('people at the page in Chromium', () => {
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

  const desktop = { name: 'desktop', phone: false, scheme: 'light' } as const;
  const phone = { name: 'phone', phone: true, scheme: 'light' } as const;

  test('each person sees only their own view', async () => {
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

  test('everything works by keyboard', async () => {
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

  test('the drawer of a phone opens and closes', async () => {
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

  test('a file in a thread opens', async () => {
    const { slack } = workspace;
    const posted = await workspace.post(runIn('dry-run'));
    const screen = { name: 'phone', phone: true, scheme: 'dark' } as const;
    const place = `${BOB}/${OPS}/${posted.get('progress') ?? ''}`;
    const { page, context, picture } = await openPage(browser, slack, screen, place);
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.getByText('acme-kitchens-7.sh').waitFor();
    expect(await thread.getByLabel(/^content of/).isVisible()).toBe(false);
    await thread.getByText('Show all').click();
    expect(await thread.getByLabel(/^content of/).innerText()).toContain('#!/');
    await picture('file');
    await context.close();
  });

  test('a lost connection comes back on its own', async () => {
    const { slack } = workspace;
    const { page, context } = await openPage(browser, slack, desktop, `${DAN}/${OPS}`);
    await slack.close();
    await page.getByText('Connection lost').waitFor();
    const again = await startLocalSlack({ port: Number(new URL(slack.origin).port) });
    again.addUser({ id: DAN });
    again.addChannel({ id: OPS, members: [DAN] });
    addPage(again);
    again.as(DAN).say(OPS, 'still here?');
    await page.getByText('still here?').waitFor();
    await expect.poll(() => page.getByText('Connection lost').isVisible()).toBe(false);
    await context.close();
    await again.close();
  });

  test('colours follow the machine until the person chooses', async () => {
    const { page, context } = await openPage(browser, workspace.slack, desktop, `${DAN}/${OPS}`);
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await ground()).toBe('rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'Use dark colours' }).click();
    expect(await ground()).toBe('rgb(27, 29, 34)');
    await page.reload();
    await page.locator('body.ready').waitFor();
    expect(await ground()).toBe('rgb(27, 29, 34)');
    await context.close();
  });
});
