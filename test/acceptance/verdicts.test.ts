import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Message, plainText } from '../../sandbox/slack/local-slack.ts';
import { inventoryOf, type TestSite } from '../support/fakes/inventory.ts';
import { bringPooler } from '../support/host/pooler-packages.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import {
  expectedTruth,
  filesOn,
  filledIn,
  formOn,
  manualChange,
  type Names,
  namesOn,
  setFlavour,
  truthOn,
  withPrepared,
} from '../support/host/verdict-host.ts';
import { ALICE, assembleProduct, BOB, OPS, type Product } from '../support/product/product.ts';
import { goAhead } from '../support/story/rollback-story.ts';
import { SAMPLED, sample } from '../support/story/sample.ts';
import { ACME_HOST } from './verdicts/acme-host.ts';
import { ACME_VERSIONS } from './verdicts/acme-versions.ts';
import { BIRCH_BAKERY } from './verdicts/birch-bakery.ts';
import { CEDAR_CLINIC } from './verdicts/cedar-clinic.ts';
import { DUMPS } from './verdicts/dumps.ts';
import { DUNE_DENTAL } from './verdicts/dune-dental.ts';
import type { Flavour, Preparation, Row } from './verdicts/row.ts';
import { LOGIN, TREE } from './verdicts/tree-and-login.ts';
import { UNITS_AND_SETTINGS } from './verdicts/units-and-settings.ts';
import { VERSIONS_AND_NAMES as NAMED } from './verdicts/versions-and-names.ts';

const LOOK_MS = 90_000;
const TABLE = [
  [...ACME_VERSIONS, ...ACME_HOST, ...DUMPS, ...NAMED['acme-kitchens']],
  [...BIRCH_BAKERY, ...LOGIN, ...TREE, ...NAMED['birch-bakery'], ...UNITS_AND_SETTINGS],
  [...CEDAR_CLINIC, ...NAMED['cedar-clinic']],
  [...DUNE_DENTAL, ...NAMED['dune-dental']],
].map((rows) => sample(rows));
/** Preparations that only a reset of the host undoes. */
const LASTING: readonly Preparation[] = [
  'owner-of-public',
  'git-shows-signatures',
  'checked-out',
  'checked-out-and-installed',
  'not-restarted',
  'finished-by-hand',
  'database-restored',
  'restore-failed',
];

const lasts = ({ played, prepared }: Row) =>
  (played !== undefined && played.end !== 'untouched') ||
  (prepared !== undefined && LASTING.includes(prepared));

/** First the rows that leave the host as it was. Then the others, one of each site in turn, so that there are few resets. */
const ROWS = [
  ...TABLE.flatMap((rows) => rows.filter((row) => !lasts(row))),
  ...inTurn(TABLE.map((rows) => rows.filter(lasts))),
];

function inTurn(lists: readonly (readonly Row[])[]): readonly Row[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list[turn] ?? [])).flat();
}

describe.skipIf(!canMakeHosts())(
  `what the bot says and what is true afterwards, in every state${SAMPLED}`,
  () => {
    let host: TestHost;
    let names: Names;
    let product: Product;
    /** Sites that are no longer in their golden state. */
    const used = new Set<TestSite>();
    let isProductUsedUp = false;

    beforeAll(async () => {
      host = await bootTestHost('rollback-verdicts');
      names = await namesOn(host);
      product = await freshProduct();
    });

    afterAll(async () => {
      await endProduct();
      await host?.destroy();
    });

    async function freshProduct(): Promise<Product> {
      const fresh = await assembleProduct({
        configuration: inventoryOf(host),
        privateKeyFile: host.privateKeyFile,
      });
      await Promise.all([fresh.start('bot'), fresh.start('worker')]);
      return fresh;
    }

    /** Stops the product, and first checks that it never sent anything that Slack refuses. */
    async function endProduct(): Promise<void> {
      const violations = product?.slack.violations;
      await product?.stop();
      expect(violations ?? []).toEqual([]);
    }

    /** Prepares host and product for the row. */
    async function prepare(row: Row): Promise<void> {
      if (isProductUsedUp) {
        await endProduct();
        product = await freshProduct();
        isProductUsedUp = false;
      }
      if (used.has(row.site)) {
        await host.reset();
        used.clear();
      }
      if (row.prepared === 'pooler') await bringPooler(host);
      if (row.prepared) {
        if (lasts(row)) used.add(row.site);
        await host.shell(manualChange(row.prepared, row.site, names).do);
        names = await withPrepared(host, row.site, names);
      }
      await host.control('restore-style', row.restore ?? 'plain');
      await host.control('sudoers', row.sudoers ?? 'full');
      for (const flavour of row.flavours ?? []) await setFlavour(host, row.site, flavour, true);
    }

    async function tidy(row: Row): Promise<void> {
      for (const flavour of row.flavours ?? []) await setFlavour(host, row.site, flavour, false);
      // The login serves all sites of the host: its set-up must not stay until the next reset.
      const isOver = !used.has(row.site) || LOGIN.includes(row);
      const undo = row.prepared && isOver && manualChange(row.prepared, row.site, names).undo;
      if (undo) await host.shell(undo);
    }

    /** Types the command as Alice. The answer is a card, or a refusal that only she sees. */
    async function answerTo(row: Row): Promise<Message> {
      const { slack } = product;
      const since = slack.mark();
      await slack.as(ALICE).command(OPS, `/rollback ${row.site} ${filledIn(row.asks, row.site, names)}`);
      const answer = await slack.waitForMessage((one) => isCard(one) || isRefusal(one), {
        timeoutMs: LOOK_MS,
        since,
      });
      return row.isUnreviewed ? afterBuildApproval(answer) : answer;
    }

    /** The bot first asks whether it may build a version that nobody has reviewed; the plan comes after that. */
    async function afterBuildApproval(asked: Message): Promise<Message> {
      expect(plainText(asked)).toMatch(/^Build [0-9a-f]{12} for /);
      const { slack } = product;
      const since = slack.mark();
      await slack.as(BOB).click(asked, 'Approve', { confirm: true, force: true });
      return slack.waitForMessage((one) => one.ts !== asked.ts && (isCard(one) || isRefusal(one)), {
        timeoutMs: LOOK_MS,
        since,
      });
    }

    /** Puts in what happens between card and click, presses the button, and waits for the ending. */
    async function play(row: Row, card: Message, meanwhile: Flavour | undefined): Promise<string> {
      isProductUsedUp = true;
      used.add(row.site);
      if (meanwhile) await setFlavour(host, row.site, meanwhile, true);
      try {
        return await goAhead(product, card);
      } finally {
        if (meanwhile) await setFlavour(host, row.site, meanwhile, false);
      }
    }

    async function cancel(card: Message): Promise<void> {
      const { slack } = product;
      const since = slack.mark();
      await slack.as(ALICE).click(card, 'Cancel', { confirm: true, force: true });
      await slack.waitForMessage((one) => one.ts === card.ts && plainText(one).includes('Cancelled by'), {
        timeoutMs: 60_000,
        since,
      });
    }

    it.each(ROWS.map((row) => [titleOf(row), row] as const))('%s', async (_, row) => {
      const { site, played } = row;
      let card: Message | null = null;
      try {
        await prepare(row);
        const answer = await answerTo(row);
        if (isCard(answer)) card = answer;
        const text = plainText(answer);
        expect(verdictIn(text), `${because(row, text)}\n`).toEqual(verdictWanted(row, names));
        expect(unsaid(row, text, names), `${because(row, text)}\n`).toEqual([]);
        if (!played || !card) return;

        const ending = await play(row, card, played.meanwhile);
        card = null;
        expect(endIn(ending), `${because(row, ending)}\n`).toBe(played.end);
        isProductUsedUp = played.end === 'needs-decision';
        if (played.end === 'untouched') used.delete(site);
        const truth = await truthOn(host, site, played.after.flaps === true);
        const form = played.after.form && (await formOn(host, site));
        const files = played.after.files && (await filesOn(host, site, Object.keys(played.after.files)));
        expect({ ...truth, form, files }, `${because(row, ending)}\n`).toEqual(
          expectedTruth(played.after, site, names),
        );
      } finally {
        if (card) await cancel(card);
        await tidy(row);
      }
    });
  },
);

/** What a row that fails shows: why it is in the table, what a person finds by hand, and what the bot says instead. */
function because({ why, byHand }: Row, text: string): string {
  return `${why}\n\nBy hand: ${byHand}\n\nThe bot says:\n${text}`;
}

/** What the message lacks. */
function unsaid({ expected, site }: Row, text: string, names: Names): readonly string[] {
  return (expected.says ?? [])
    .map((phrase) => filledIn(phrase, site, names))
    .filter((phrase) => !text.includes(phrase));
}

function titleOf({ site, asks, name, flavours = [], sudoers, prepared }: Row): string {
  const state = [...flavours, sudoers && `sudoers ${sudoers}`, prepared].filter(Boolean).join(', ');
  return `${site} ${asks}${state && ` (${state})`}: ${name}`;
}

function isCard(message: Message): boolean {
  return message.channel === OPS && /\[(Approve|Start)\]/.test(plainText(message));
}

function isRefusal(message: Message): boolean {
  return message.ephemeralFor === ALICE && plainText(message).includes(':no_entry:');
}

/** The expectation in the terms of a message: eight digits of a commit, and the name of a file. */
function verdictWanted({ expected, site }: Row, names: Names): Record<string, unknown> {
  const { says: _, ...verdict } = expected;
  if (verdict.verdict === 'refused') return verdict;
  return {
    ...verdict,
    ...(verdict.to === undefined ? {} : { to: filledIn(`{short:${verdict.to}}`, site, names) }),
    ...(verdict.backup === undefined ? {} : { backup: filledIn(`{backup:${verdict.backup}}`, site, names) }),
  };
}

function verdictIn(text: string): Record<string, unknown> {
  const button = /\[(Approve|Start)\]/.exec(text)?.[1];
  if (button === undefined) return { verdict: 'refused', code: /^_([a-z-]+)_$/m.exec(text)?.[1] };
  const to = /^\*Then\*.*?\(([0-9a-f]{8})\)/m.exec(text)?.[1];
  const backup = /^\*Backup\* +`([^`]+)`/m.exec(text)?.[1];
  const databaseOnly = text.startsWith('Restore the database') ? 'database-only' : 'full';
  return {
    verdict: 'card',
    mode: text.includes('Code only.') ? 'code-only' : databaseOnly,
    ...(to === undefined ? {} : { to }),
    ...(backup === undefined ? {} : { backup }),
    button,
  };
}

function endIn(text: string): string {
  const title = text.split('\n')[0] ?? '';
  const ends = {
    'is back': 'back',
    'was put back': 'put-back',
    'nothing was changed': 'untouched',
    'needs a decision': 'needs-decision',
  };
  return Object.entries(ends).find(([words]) => title.endsWith(words))?.[1] ?? title;
}
