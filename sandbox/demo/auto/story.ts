import type { DemoSite } from '../../host/demo-host.ts';
import { type Message, plainText } from '../../slack/local-slack.ts';
import type { Demo } from '../demo.ts';
import { ALICE, BOB, MIA, nameOf, OPS, STATUS } from '../people.ts';
import { type BeforeAndAfter, check, codeOnlyChecks, type EndCheck, fullRollbackChecks } from './checks.ts';
import { sendForm, stateOf, visit } from './outside.ts';
import { channelName, type Teller } from './teller.ts';

/** A preflight or a switch takes seconds, and longer on a busy machine or with the embedded Redis. */
const PATIENCE_MS = 90_000;

/** Plays the main job with nobody at the keyboard. Returns the checks of its result. */
export async function playStory(demo: Demo, teller: Teller): Promise<readonly EndCheck[]> {
  const { host } = demo;
  const [acme, birch] = host.sites;
  if (acme === undefined || birch === undefined) throw new Error('the demo host has no sites');
  const [acmeBefore, birchBefore] = await Promise.all([stateOf(host, acme), stateOf(host, birch)]);

  teller.narrate(
    `Half an hour ago ${acme.definition.title} was upgraded to v0.6.0. Its health page has answered ${acmeBefore.health} since then, and a migration has changed its database. Alice is on duty and asks for the last good version.`,
  );
  const card = await ask(demo, teller, 'acme-kitchens v0.5.0', 'Approve');
  teller.narrate('Alice asked, so someone else must approve. She tries it herself anyway:');
  const refusal = await press(demo, teller, ALICE, card, 'Approve');
  const untouched = await stateOf(host, acme);
  teller.narrate('Bob has read the card: which site, which version, and what will be lost.');
  const visitor = visit(acme);
  await approveAndWait(demo, teller, BOB, card, 'Approve');
  const downMs = await visitor.leave();
  const acmeAfter = await stateOf(host, acme);

  teller.narrate(
    `${birch.definition.title} is healthy, but its owner liked the colours of v0.5.0 better. There is no migration in between, so nothing can be lost and Alice needs nobody else.`,
  );
  const second = await ask(demo, teller, 'birch-bakery v0.5.0', 'Start');
  await approveAndWait(demo, teller, ALICE, second, 'Start');
  const birchAfter = await stateOf(host, birch);

  const full: BeforeAndAfter = { site: acme, before: acmeBefore, after: acmeAfter };
  const codeOnly: BeforeAndAfter = { site: birch, before: birchBefore, after: birchAfter };
  return [
    check(
      refusal.includes('approve it yourself') &&
        untouched.relations === acmeBefore.relations &&
        untouched.commit === acmeBefore.commit,
      "Alice's own approval was refused, and nothing was changed",
    ),
    ...titled(acme.definition.title, fullRollbackChecks(full)),
    ...titled(acme.definition.title, [
      await formCheck(demo, acme, acmeAfter.leads),
      check(
        downMs > 0 && downMs < PATIENCE_MS,
        `a visitor of the homepage was turned away for ${(downMs / 1000).toFixed(1)} s`,
      ),
    ]),
    ...titled(birch.definition.title, codeOnlyChecks(codeOnly)),
    check(demo.slack.violations.length === 0, 'Slack accepted everything that the bot sent'),
  ];
}

/** A visitor whose entry is not accepted tries again. An entry may be stored although its answer was lost, so more than one is fine. */
async function formCheck({ host }: Demo, site: DemoSite, leads: number): Promise<EndCheck> {
  const answers: number[] = [];
  while (answers.length < 3 && answers.at(-1) !== 302) answers.push(await sendForm(site));
  const entered = (await stateOf(host, site)).leads - leads;
  const good = answers.at(-1) === 302 && entered >= 1 && entered <= answers.length;
  const tried = good && answers.length === 1 ? '' : ` (answers ${answers.join(', ')}; ${entered} entered)`;
  return check(good, `the contact form accepts an entry and stores it in the database${tried}`);
}

function titled(title: string, checks: readonly EndCheck[]): readonly EndCheck[] {
  return checks.map((one) => ({ ...one, says: `${title}: ${one.says}` }));
}

/** Types a command as Alice and waits for the card with a button of this name. */
async function ask({ slack }: Demo, teller: Teller, wish: string, button: string): Promise<Message> {
  const since = slack.mark();
  teller.act(ALICE, `#${channelName(slack, OPS)}`, `types: /rollback ${wish}`);
  await slack.as(ALICE).command(OPS, `/rollback ${wish}`);
  const message = await slack.waitForMessage(
    (one) => hasButton(one, button) || (one.ephemeralFor === ALICE && plainText(one).includes(':no_entry:')),
    { since, timeoutMs: PATIENCE_MS },
  );
  if (!hasButton(message, button)) throw new Error(`no card came for /rollback ${wish}`);
  return message;
}

/** Presses a button, says yes if it asks for confirmation, and returns the answer that only this person sees. */
async function press(
  { slack }: Demo,
  teller: Teller,
  person: string,
  card: Message,
  button: string,
): Promise<string> {
  const since = slack.mark();
  const question = new RegExp(`\\[${button}\\]\\n\\{([^:]+):`).exec(plainText(card))?.[1];
  const confirms = question === undefined ? '' : ` and says yes to "${question}"`;
  teller.act(person, `#${channelName(slack, OPS)}`, `presses ${button}${confirms}`);
  await slack.as(person).click(card, button, { confirm: true });
  const answer = await slack.waitForMessage((one) => one.ephemeralFor === person, {
    since,
    timeoutMs: PATIENCE_MS,
  });
  return plainText(answer);
}

/** Presses the button and waits until everyone who should know of the end has been told. */
async function approveAndWait(
  demo: Demo,
  teller: Teller,
  person: string,
  card: Message,
  button: string,
): Promise<void> {
  const { slack } = demo;
  const since = slack.mark();
  const informs = plainText(card).includes('acme-kitchens');
  await press(demo, teller, person, card, button);
  const wait = { since, timeoutMs: PATIENCE_MS };
  const ending = await slack.waitForMessage(
    (one) =>
      one.channel === OPS &&
      one.threadTs === undefined &&
      one.ephemeralFor === undefined &&
      one.editedAt === undefined &&
      one.ts > card.ts,
    wait,
  );
  if (!/is back$/m.test(plainText(ending).split('\n')[0] ?? ''))
    throw new Error('the rollback did not succeed; see the last message of the transcript');
  if (!informs) return;
  await slack.waitForMessage((one) => one.channel === STATUS && one.threadTs !== undefined, wait);
  teller.narrate(
    `${nameOf(slack, MIA)} works for the client and sees only #${channelName(slack, STATUS)}. There she reads that her site was down, that it is back, and what must be entered again.`,
  );
}

function hasButton(message: Message, label: string): boolean {
  return message.channel === OPS && plainText(message).includes(`[${label}]`);
}
