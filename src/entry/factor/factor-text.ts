import { DAMAGED, type FactorOrDamaged } from '../../app/ports/factors.ts';
import type { EnrolProblem } from '../../domain/approval/factor.ts';
import { utc } from '../../report/text.ts';
import { inLine } from '../parts/terminal.ts';

/** Who has a second factor, one line each. */
export function factorLines(all: ReadonlyMap<string, FactorOrDamaged>, now: string): readonly string[] {
  if (all.size === 0)
    return ['Nobody has a second factor. To set one up: rollback-bot factor invite <user id>'];
  return [...all]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([person, found]) => `${inLine(person)}  ${stateOf(found, now)}`);
}

function stateOf(found: FactorOrDamaged, now: string): string {
  if (found === DAMAGED)
    return "can't be read: changed in Redis, or sealed with an APPROVAL_SECRET that is gone. Remove it, and invite again";
  if (found.kind === 'removed') return `removed ${utc(found.at)}`;
  const locked = found.lockedUntil !== null && now < found.lockedUntil;
  return `enrolled since ${utc(found.since)}${locked ? `, locked until ${utc(found.lockedUntil)}` : ''}`;
}

/** What somebody who enrols at the terminal sees. It goes to their phone, and nowhere else. */
export function secretLines({
  secret,
  uri,
  picture,
}: {
  readonly secret: string;
  readonly uri: string;
  readonly picture: string;
}): readonly string[] {
  return [
    picture,
    '',
    'Scan this with the authenticator app on the phone, or type the key there (time based, six digits):',
    `  ${secret}`,
    `  ${uri}`,
    '',
  ];
}

export function problemLine(problem: EnrolProblem, person: string): string {
  switch (problem) {
    case 'enrolled-already':
      return `${person} has a second factor already, or one that can't be read. To replace it: rollback-bot factor remove ${person}`;
    case 'wrong-code':
      return 'This code is wrong. Check the clock of the phone and of this machine, and type the code that the app shows now.';
    case 'over':
      return 'That took too long. Start again.';
    case 'not-invited':
      return 'Somebody else has changed this second factor at the same moment. Start again.';
  }
}
