import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainText } from '../../sandbox/slack/local-slack.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { ALICE, BOB, OPS, type Product } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import { cardFor, click, endingSince, frozenIn, whatRuns } from '../support/story/rollback-story.ts';
import { SEED, sample } from '../support/story/sample.ts';

const SLUG = 'acme-kitchens';
const STEPS = [
  'recheck',
  'stop',
  'safety-backup',
  'checkout',
  'restore',
  'environment',
  'static',
  'start',
  'healthy',
  'stable',
] as const;
const FAULTS = ['network cut', 'crash', 'reboot'] as const;

type Step = (typeof STEPS)[number];
type Fault = (typeof FAULTS)[number];

/** Plays every fault in every step, which takes half an hour. Otherwise each step gets one, and another seed plays others. */
const EVERY = process.env['ROLLBACK_TEST_EVERY'] !== undefined;
const TRIALS = STEPS.flatMap((step, index) =>
  FAULTS.filter((_, turn) => EVERY || turn === (index + SEED) % FAULTS.length).map(
    (fault): readonly [Fault, Step, 'Retry' | 'Go back'] => [
      fault,
      step,
      (index + SEED) % 2 === 0 ? 'Retry' : 'Go back',
    ],
  ),
);

/** What is in place, read as root, not through the product or the site. */
interface Truth {
  readonly code: 'before' | 'target' | 'other';
  readonly environment: 'before' | 'target';
  readonly database: 'before' | 'restored';
}

describe.skipIf(!canMakeHosts())(`a host that dies in the middle of the switch (seed ${SEED})`, () => {
  let host: TestHost;
  let product: Product;

  beforeAll(async () => {
    host = await bootTestHost('rollback-dies');
    ({ product } = await productFor(host));
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
  });

  it.each(sample(TRIALS))(
    '%s in the step %s: the report is true, and %s ends the run',
    async (fault, step, decision) => {
      await host.reset();
      const before = await whatRuns(host, SLUG);
      const card = await cardFor(product, `/rollback ${SLUG} v0.5.0`);
      const run = /^(\S+-\d+) ·/m.exec(plainText(card))?.[1] ?? '';
      const since = product.slack.mark();
      await click(product, BOB, card, 'Approve');
      expect(await frozenIn(host, SLUG, run, step), 'the program was caught in the step').toBe(step);

      await strike(fault, run);

      const report = await endingSince(product, since);
      const stopped = report.includes('needs a decision');
      expect(stopped ? untrue(report, await look(before.head)) : []).toEqual([]);
      const ending = stopped ? await decide(report, decision) : report;
      const { health } = await whatRuns(host, SLUG);
      expect({ ...(await look(before.head)), health }).toEqual(promisedBy(ending));
    },
  );

  it('never sent anything that Slack refuses', () => {
    expect(product.slack.violations).toEqual([]);
  });

  async function strike(fault: Fault, run: string): Promise<void> {
    if (fault === 'network cut') {
      await host.control('net', 'down');
      await host.shell(`pkill -CONT -f ${run}`);
      // The switch needs no network, so it ends while nobody can see it.
      await host.shell(`until [ -e /srv/sum/${SLUG}/.rollback-bot/runs/${run}/result ]; do sleep 0.1; done`);
      await host.control('net', 'up');
      return;
    }
    await host.control(fault === 'crash' ? 'crash' : 'down');
    await host.control('up');
  }

  /** Decides at the stop, and returns the ending. */
  async function decide(report: string, decision: 'Retry' | 'Go back'): Promise<string> {
    const { slack } = product;
    const stop = slack.messages(OPS).findLast((one) => plainText(one) === report);
    if (stop === undefined) throw new Error('there is no post that asks for a decision');
    const since = slack.mark();
    const answer = await click(product, ALICE, stop, decision);
    if (answer.includes('A second person has to approve')) {
      const asked = await slack.waitForMessage(
        (one) => plainText(one).startsWith(`${decision}: Acme Kitchens?`),
        {
          timeoutMs: 60_000,
          since,
        },
      );
      await click(product, BOB, asked, 'Approve');
    }
    const ending = await endingSince(product, since);
    // After a boot the site may come up between the report and the click. Then a second person is needed after all.
    return ending.includes(`"${decision}" was not started`) ? decide(ending, decision) : ending;
  }

  async function look(previous: string): Promise<Truth> {
    const root = `/srv/sum/${SLUG}`;
    const head = await host.shell(`git -c safe.directory='*' -C ${root}/app rev-parse HEAD`);
    const target = await host.shell(`git -c safe.directory='*' -C ${root}/app rev-parse 'v0.5.0^{commit}'`);
    const venv = await host.shell(`readlink ${root}/venv || echo before`);
    await host.shell('until pg_isready -q; do sleep 0.1; done');
    const upgraded = await host.sql(
      'sum_acme_kitchens',
      "SELECT count(*) FROM django_migrations WHERE app = 'website' AND name LIKE '0003%'",
    );
    return {
      code: head === target ? 'target' : head === previous ? 'before' : 'other',
      environment: venv.includes('.rollback-bot/venvs/') ? 'target' : 'before',
      database: upgraded === '1' ? 'before' : 'restored',
    };
  }
});

/** The facts that the post with the decision misses or gets wrong. */
function untrue(report: string, { code, environment, database }: Truth): readonly string[] {
  const sentences = [
    'was interrupted at "',
    code === 'target' ? 'It is on the target code, v0.5.0' : 'It is on the previous code, v0.6.0',
    environment === 'target' ? 'the target environment' : 'the previous environment',
    // If PostgreSQL is not up again when the bot asks, the data is unknown, and the report says so.
    report.includes('an unknown database')
      ? 'an unknown database'
      : database === 'restored'
        ? 'the database from the backup'
        : 'the original database',
  ];
  return sentences
    .filter((sentence) => !report.includes(sentence))
    .map((sentence) => `${sentence}: ${report}`);
}

/** What must be in place after an ending: the site repaired, or as broken as before. */
function promisedBy(ending: string): Truth & { readonly health: number } {
  const [title = ''] = ending.split('\n');
  if (title.endsWith('is back'))
    return { code: 'target', environment: 'target', database: 'restored', health: 200 };
  if (/was taken back$|was put back$|nothing was changed$/.test(title))
    return { code: 'before', environment: 'before', database: 'before', health: 503 };
  throw new Error(`unexpected ending: ${ending}`);
}
