import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingRequirements } from '../../../sandbox/demo/requirements.ts';
import { become, composer, missingBrowser, openPage, SCREENS, startBrowser } from '../slack/page-browser.ts';

const LAUNCHER = fileURLToPath(new URL('../../../scripts/demo.mjs', import.meta.url));
const LIGHT = SCREENS.filter((screen) => screen.scheme === 'light');

const missing = missingBrowser ?? missingRequirements();
if (missing !== null) console.warn(`The demo is not clicked through: ${missing}.`);

/** Starts the demo as a person does and reads the address that it prints. */
async function startDemo(): Promise<{ child: ChildProcess; origin: string }> {
  const child = spawn(process.execPath, [LAUNCHER], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${said}`)));
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.includes('Ctrl-C')) resolve();
    });
  });
  return { child, origin: /http:\/\/127\.0\.0\.1:\d+(?=\/)/.exec(said)?.[0] ?? '' };
}

async function type(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await page.keyboard.press('Escape');
  await composer(page).press('Enter');
}

describe.skipIf(missing !== null).each(LIGHT)('the demo, clicked through ($name)', (screen) => {
  const { phone } = screen;
  let browser: Browser;
  let demo: Awaited<ReturnType<typeof startDemo>> | undefined;

  beforeAll(async () => {
    [browser, demo] = await Promise.all([startBrowser(), startDemo()]);
  });

  afterAll(async () => {
    await browser?.close();
    if (demo === undefined) return;
    const ended = once(demo.child, 'exit');
    demo.child.kill('SIGINT');
    await ended;
  });

  it('plays a denial, a refused own approval, the main job and a code-only rollback', async () => {
    const { page, complaints, picture } = await openPage(
      browser,
      { origin: demo?.origin ?? '' },
      screen,
      'U01ALICE/C01OPS',
    );
    const log = page.getByRole('log', { name: 'Messages' });
    const button = (name: string) => log.getByRole('button', { name, exact: true });
    const yes = (name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true });

    await type(page, '/rollback acme-kitchens v0.5.0 --reason "the contact form is down"');
    await button('Deny').waitFor();
    await picture('demo 1 card');
    // The banner of the other phones covers the card, and the picture must show the card alone.
    await page.getByRole('button', { name: 'Dismiss', exact: true }).first().click();
    const folder = process.env['PAGE_SCREENSHOTS'];
    if (folder !== undefined) {
      const size = page.viewportSize();
      // A tall window, so that the picture shows the whole card without scrolling.
      if (size !== null) await page.setViewportSize({ ...size, height: 1_400 });
      await log
        .getByRole('article')
        .filter({ has: page.getByRole('button', { name: 'Approve', exact: true }) })
        .screenshot({ path: `${folder}/${phone ? 'phone' : 'desktop'}-card-alone.png` });
      if (size !== null) await page.setViewportSize(size);
    }
    await become(page, phone, 'Bob');
    await button('Deny').click();
    await log.getByText('was denied by').first().waitFor();
    await picture('demo 2 denied');

    await become(page, phone, 'Alice');
    await type(page, '/rollback acme-kitchens v0.5.0');
    await button('Approve').click();
    await yes('Approve').click();
    await log.getByText('cannot approve it yourself').waitFor();
    await picture('demo 3 own approval refused');
    await become(page, phone, 'Bob');
    await button('Approve').click();
    await yes('Approve').click();
    await log.getByRole('heading', { name: 'Acme Kitchens is back' }).waitFor();
    await picture('demo 4 back');

    await become(page, phone, 'Alice');
    await type(page, '/rollback birch-bakery v0.5.0');
    await button('Start').click();
    await yes('Start').click();
    await log.getByRole('heading', { name: 'Birch Bakery is back' }).waitFor();
    await picture('demo 5 code only');

    expect(complaints).toEqual([]);
  });
});
