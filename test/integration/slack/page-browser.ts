import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

/** Why the browser tests cannot run here; undefined if they can. */
export const missingBrowser: string | undefined = existsSync(CHROMIUM)
  ? undefined
  : `there is no ${CHROMIUM}`;

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

export interface Screen {
  readonly name: string;
  readonly phone: boolean;
  readonly scheme: 'light' | 'dark';
}

export const SCREENS: readonly Screen[] = [
  { name: 'desktop light', phone: false, scheme: 'light' },
  { name: 'desktop dark', phone: false, scheme: 'dark' },
  { name: 'phone light', phone: true, scheme: 'light' },
  { name: 'phone dark', phone: true, scheme: 'dark' },
];

/** A page on one kind of screen, with the errors of its console. */
export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: readonly string[];
  /** Saves a picture if PAGE_SCREENSHOTS names a folder. */
  readonly picture: (name: string) => Promise<void>;
}

export const openPage = async (
  browser: Browser,
  slack: { readonly origin: string },
  { name, phone, scheme }: Screen,
  place: string,
): Promise<OpenPage> => {
  const context = await browser.newContext({
    viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
    colorScheme: scheme,
    isMobile: phone,
    hasTouch: phone,
    reducedMotion: 'reduce',
    locale: 'en-US',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(`${slack.origin}/#/${place}`);
  await page
    .locator('body.ready')
    .waitFor()
    .catch((cause: unknown) => {
      const said = complaints.join('; ') || 'without a word in its console';
      throw new Error(`the page did not become ready: ${said}`, { cause });
    });
  const folder = process.env['PAGE_SCREENSHOTS'];
  return {
    page,
    context,
    complaints,
    picture: async (what) => {
      if (folder === undefined) return;
      await mkdir(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name} ${what}.png`.replaceAll(' ', '-')) });
    },
  };
};

export const composer = (page: Page) => page.getByRole('combobox', { name: /^Message/ });
export const channelButton = (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('button', { name: new RegExp(`^${name}\\b`) });

/** Switches to another person by hand. */
export const become = async (page: Page, phone: boolean, name: string): Promise<void> => {
  if (phone) await page.getByRole('button', { name: 'Channels and people' }).click();
  await page.getByRole('button', { name: /Switch person/ }).click();
  await page.getByRole('menuitemradio', { name: new RegExp(`^${name}`) }).click();
  await page
    .getByRole('button', { name: new RegExp(`^You are ${name}`), includeHidden: true })
    .waitFor({ state: 'attached' });
  if (phone) await page.keyboard.press('Escape');
};
