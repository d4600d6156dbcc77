/** One of the demo's sites, before it is on disk. */
export interface SiteDefinition {
  readonly slug: string;
  readonly module: string;
  readonly title: string;
  readonly domain: string;
  /** The name of its database and of its role. */
  readonly database: string;
  readonly celery: boolean;
  readonly menu: readonly (readonly [name: string, price: string])[];
  /** Its history, oldest first. */
  readonly history: readonly Deed[];
}

/** `ago`: seconds before the demo began. */
export type Deed =
  | { readonly kind: 'release'; readonly ago: number; readonly tag: string }
  | { readonly kind: 'backup'; readonly ago: number }
  | { readonly kind: 'leads'; readonly ago: number; readonly count: number };

const MINUTE = 60;
const DAY = 86_400;

/** Broken for half an hour: its newest code does not match the schema that its own migration made. */
const ACME: SiteDefinition = {
  slug: 'acme-kitchens',
  module: 'acme_kitchens',
  title: 'Acme Kitchens',
  domain: 'acme-kitchens.example',
  database: 'sum_acme_kitchens',
  celery: true,
  menu: [
    ['Shaker kitchen, oak', '8400'],
    ['Handleless kitchen, white', '9900'],
    ['Pantry cupboard', '1250'],
    ['Island with sink', '3100'],
  ],
  history: [
    { kind: 'release', ago: 21 * DAY, tag: 'v0.4.0' },
    { kind: 'leads', ago: 20 * DAY, count: 9 },
    { kind: 'backup', ago: 7 * DAY + 5 * MINUTE },
    { kind: 'release', ago: 7 * DAY, tag: 'v0.5.0' },
    { kind: 'leads', ago: 6 * DAY, count: 6 },
    { kind: 'backup', ago: DAY },
    { kind: 'leads', ago: 8 * 3600, count: 3 },
    { kind: 'backup', ago: 35 * MINUTE },
    { kind: 'release', ago: 30 * MINUTE, tag: 'v0.6.0' },
    { kind: 'leads', ago: 12 * MINUTE, count: 1 },
  ],
};

/** Healthy. Its newest release changed only code. */
const BIRCH: SiteDefinition = {
  slug: 'birch-bakery',
  module: 'birch_bakery',
  title: 'Birch Bakery',
  domain: 'birch-bakery.example',
  database: 'sum_birch_bakery',
  celery: false,
  menu: [
    ['Rye loaf', '4.20'],
    ['Cardamom bun', '2.80'],
    ['Birthday cake', '38'],
  ],
  history: [
    { kind: 'release', ago: 7 * DAY, tag: 'v0.5.0' },
    { kind: 'leads', ago: 5 * DAY, count: 4 },
    { kind: 'backup', ago: 2 * DAY + 2 * MINUTE },
    { kind: 'release', ago: 2 * DAY, tag: 'v0.5.1' },
    { kind: 'leads', ago: DAY, count: 2 },
  ],
};

export const SITES: readonly SiteDefinition[] = [ACME, BIRCH];
