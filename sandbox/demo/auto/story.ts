import type { DemoSite } from '../../host/demo-host.ts';
import { type Message, plainText } from '../../slack/local-slack.ts';
import type { Demo } from '../demo.ts';
import { ALICE, BOB, MIA, nameOf, OPS, STATUS } from '../people.ts';
import { type BeforeAndAfter, check, codeOnlyChecks, type EndCheck, fullRollbackChecks } from './checks.ts';
import { sendForm, stateOf, visit } from './outside.ts';
import { channelName, type Teller } from './teller.ts';

/** A look or a switch takes seconds; on a busy machine, and with the embedded Redis, some more. */
const PATIENCE_MS = 90_000;

/** Plays the main job without anybody at the keyboard and returns what has to hold at its end. */
export async function playStory(demo: Demo, teller: Teller): Promise<readonly EndCheck[]> {
  const { host } = demo;
  const [acme, birch] = host.sites;
  if (acme === undefined || birch === undefined) throw new Error('the demo host has no sites');
  const [acmeBefore, birchBefore] = await Promise.all([stateOf(host, acme), stateOf(host, birch)]);

  teller.narrate(
    `Half an hour ago ${acme.definition.title} was upgraded to v0.6.0. Since then its health page answers ${acmeBefore.health}, and a migration has changed its database. Alice is on duty and asks for the last good version.`,
  );
  const card = await ask(demo, teller, 'acme-kitchens v0.5.0', 'Approve');
  teller.narrate('Alice asked, so somebody else has to approve. She tries it herself all the same:');
  const refusal = await press(demo, teller, ALICE, card, 'Approve');
  const untouched = await stateOf(host, acme);
  teller.narrate('Bob has read the card: which site, to what, and what will be lost.');
  const visitor = visit(acme);
  await approveAndWait(demo, teller, BOB, card, 'Approve');
  const downMs = await visitor.leave();
  const acmeAfter = await stateOf(host, acme);

  teller.narrate(
    `${birch.definition.title} is well, but its owner liked the colours of v0.5.0 better. No migration lies between, so nothing can be lost and nobody else is needed.`,
  );
  const second = await ask(demo, teller, 'birch-bakery v0.5.0', 'Start');
  await approveAndWait(demo, teller, ALICE, second, 'Start');
  const birchAfter = await stateOf(host, birch);

  const full: BeforeAndAfter = { site: acme, before: acmeBefore, after: acmeAfter };
  const codeOnly: BeforeAndAfter = { site: birch, before: birchBefore, after: birchAfter };
  return [
    check(
      refusal.includes('cannot approve it yourself') &&
        untouched.relations === acmeBefore.relations &&
        untouched.commit === acmeBefore.commit,
      "Alice's own approval was refused, and nothing had been changed by then",
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
    check(demo.slack.violations.length === 0, 'Slack refused nothing of what the bot sent'),
  ];
}

/**
 * A visitor whose entry does not go through at once tries again; the check says what came back. An answer that was lost says nothing
 * of its entry: that may be there as well.
 */
async function formCheck({ host }: Demo, site: DemoSite, leads: number): Promise<EndCheck> {
  const answers: number[] = [];
  while (answers.length < 3 && answers.at(-1) !== 302) answers.push(await sendForm(site));
  const entered = (await stateOf(host, site)).leads - leads;
  const good = answers.at(-1) === 302 && entered >= 1 && entered <= answers.length;
  const tried = good && answers.length === 1 ? '' : ` (answers ${answers.join(', ')}; ${entered} entered)`;
  return check(good, `the contact form takes an entry, and it is in the database${tried}`);
}

function titled(title: string, checks: readonly EndCheck[]): readonly EndCheck[] {
  return checks.map((one) => ({ ...one, says: `${title}: ${one.says}` }));
}

/** Types a command as Alice and waits for the card with a button of this name. */
async function ask({ slack }: Demo, teller: Teller, wish: string, button: string): Promise<Message> {
  const since = slack.mark();
  teller.deed(ALICE, `#${channelName(slack, OPS)}`, `types: /rollback ${wish}`);
  await slack.as(ALICE).command(OPS, `/rollback ${wish}`);
  const message = await slack.waitForMessage(
    (one) => hasButton(one, button) || (one.ephemeralFor === ALICE && plainText(one).includes(':no_entry:')),
    { since, timeoutMs: PATIENCE_MS },
  );
  if (!hasButton(message, button)) throw new Error(`/rollback ${wish} led to no card`);
  return message;
}

/** Presses a button, says yes where it asks back, and returns what only this person is told. */
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
  teller.deed(person, `#${channelName(slack, OPS)}`, `presses ${button}${confirms}`);
  await slack.as(person).click(card, button, { confirm: true });
  const answer = await slack.waitForMessage((one) => one.ephemeralFor === person, {
    since,
    timeoutMs: PATIENCE_MS,
  });
  return plainText(answer);
}

/** Until everybody who should know of the end has been told. */
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
    throw new Error('the rollback did not end well; see the last message of the transcript');
  if (!informs) return;
  await slack.waitForMessage((one) => one.channel === STATUS && one.threadTs !== undefined, wait);
  teller.narrate(
    `${nameOf(slack, MIA)} works for the client and sees only #${channelName(slack, STATUS)}: that her site was down, that it is back, and what to enter again.`,
  );
}

function hasButton(message: Message, label: string): boolean {
  return message.channel === OPS && plainText(message).includes(`[${label}]`);
}
