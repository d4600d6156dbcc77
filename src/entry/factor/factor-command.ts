import { randomInt } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import type { FactorDeps } from '../../app/factor/check-code.ts';
import { inviteToEnrol, offerSecret, removeFactor, takeOffer } from '../../app/factor/enrol.ts';
import { createLogger } from '../../log.ts';
import { enrolledNotice, invitedNotice, removedNotice } from '../../slack/render/factor/notices.ts';
import { qrCode } from '../../totp/qr-code.ts';
import { totp } from '../../totp/totp.ts';
import { type Setup, setupOrExit, systemClock } from '../parts/setup.ts';
import { type Stores, withStores } from '../parts/with-store.ts';
import { factorLines, problemLine, secretLines } from './factor-text.ts';
import { sayInSlack } from './say-in-slack.ts';

/** How often somebody may mistype the first code before they start again. */
const TRIES = 3;

const SLACK_USER = /^[UW][A-Z0-9]{1,30}$/;

/** `rollback-bot factor list` */
export function runFactorList(): Promise<void> {
  return withFactors(async ({ factors, clock }) => {
    for (const line of factorLines(await factors.all(), clock.now())) print(line);
  });
}

/** `rollback-bot factor enrol <user id>`: shows the secret here, and asks for the first code. `asking`: for tests. */
export function runFactorEnrol(person: string, asking: typeof ask = ask): Promise<void> {
  return withFactors(async (deps, setup) => {
    checkPerson(person);
    const offer = await offerSecret(deps, person, null);
    if (typeof offer === 'string') return fail(problemLine(offer, person));
    const uri = totp.uri(offer.secret, person);
    for (const line of secretLines({ secret: offer.secret, uri, picture: qrCode(uri) })) print(line);
    for (let left = TRIES; left > 0; left -= 1) {
      const problem = await takeOffer(deps, person, offer, await asking('Code that the app shows now: '));
      if (problem === null) {
        print(`${person} is enrolled.`);
        return changed(setup, person, 'set up in the terminal', enrolledNotice(person, operator()));
      }
      print(problemLine(problem, person));
      if (problem !== 'wrong-code') break;
    }
    return fail('Nothing was stored.');
  });
}

/** `rollback-bot factor invite <user id>`: lets that person enrol once, in Slack. */
export function runFactorInvite(person: string): Promise<void> {
  return withFactors(async (deps, setup) => {
    checkPerson(person);
    const invited = await inviteToEnrol({ ...deps, newWord }, person);
    if (typeof invited === 'string') return fail(problemLine(invited, person));
    print(`Tell this word to ${person}, by voice or in person, and not in Slack: ${invited.word}`);
    print(
      `Until ${invited.until.slice(11, 16)} UTC they can enrol once, in Slack: /rollback factor ${invited.word}`,
    );
    await changed(setup, person, 'invitation', invitedNotice(person, operator(), invited.until));
  });
}

/** `rollback-bot factor remove <user id>`: a lost phone, or somebody who has left. */
export function runFactorRemove(person: string): Promise<void> {
  return withFactors(async (deps, setup) => {
    checkPerson(person);
    if (!(await removeFactor(deps, person))) return fail(`${person} has no second factor.`);
    print(
      `The second factor of ${person} is removed. To set up a new one: rollback-bot factor invite ${person}`,
    );
    await changed(setup, person, 'removed', removedNotice(person, operator()));
  });
}

async function withFactors(work: (deps: FactorDeps, setup: Setup) => Promise<void>): Promise<void> {
  const slack = (process.env['SLACK_BOT_TOKEN'] ?? '').trim() !== '';
  const setup = await setupOrExit({ slack, approvals: true, redis: true });
  await withStores(setup, ({ factors }: Stores) => work({ factors, totp, clock: systemClock }, setup));
}

/** The log, and everyone who approves beside this person, hear of it. */
async function changed(setup: Setup, person: string, what: string, notice: string): Promise<void> {
  createLogger(setup.environment.logLevel, process.stderr).warn(
    { audit: 'second factor', person, by: operator() },
    `second factor: ${what}`,
  );
  print(await sayInSlack(setup, person, notice));
}

/** The account of this machine behind the command. Behind sudo it is the one that called it. */
function operator(): string {
  return `${process.env['SUDO_USER'] ?? userInfo().username}@${hostname()}`;
}

/** Without letters and digits that look alike. */
const LETTERS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';

/** Eight letters, about 39 bits: the bot takes twenty commands a minute from one person, and the word holds for minutes. */
function newWord(): string {
  const letters = Array.from({ length: 8 }, () => LETTERS.charAt(randomInt(LETTERS.length)));
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}

/** Questions go to stderr, so that stdout can be kept without them. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

function checkPerson(person: string): void {
  if (!SLACK_USER.test(person))
    throw new Error(
      'This is no Slack user id. In Slack: the person\'s profile, "Copy member ID". It begins with U or W.',
    );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(line: string): void {
  process.stderr.write(`${line}\n`);
  process.exitCode = 1;
}
