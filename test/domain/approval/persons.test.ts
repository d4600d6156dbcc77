import { describe, expect, it } from 'vitest';
import {
  type Accounts,
  isSamePerson,
  joined,
  onePerPerson,
  otherPeople,
  peopleOf,
  sharedEmails,
} from '../../../src/domain/approval/persons.ts';

const ACCOUNTS: Accounts = [
  ['U01ALICE', 'W09ALICEADM'],
  ['U02BOB', 'U08BOBADM', 'U07BOBTEST'],
];

it.each([
  ['U01ALICE', 'U01ALICE', true],
  ['U01ALICE', 'W09ALICEADM', true],
  ['U08BOBADM', 'U07BOBTEST', true],
  ['U01ALICE', 'U02BOB', false],
  ['U03CAROL', 'U03CAROL', true],
  ['U03CAROL', 'U04DAN', false],
  ['', 'U01ALICE', false],
])('%s and %s are one person: %s', (a, b, expected) => {
  expect([isSamePerson(a, b, ACCOUNTS), isSamePerson(b, a, ACCOUNTS)]).toEqual([expected, expected]);
});

describe('lists of accounts', () => {
  const LIST = ['W09ALICEADM', 'U03CAROL', 'U07BOBTEST', 'U01ALICE', 'U02BOB'];

  it('count each person once', () => {
    expect(peopleOf(LIST, ACCOUNTS)).toEqual(['U01ALICE', 'U03CAROL', 'U02BOB']);
    expect(peopleOf(LIST)).toEqual(LIST);
  });

  it('name each person by the account that stands first', () => {
    expect(onePerPerson(LIST, ACCOUNTS)).toEqual(['W09ALICEADM', 'U03CAROL', 'U07BOBTEST']);
  });

  it('leave out a person under all accounts', () => {
    expect(otherPeople(LIST, ['U08BOBADM', 'U03CAROL'], ACCOUNTS)).toEqual(['W09ALICEADM', 'U01ALICE']);
  });
});

describe('e-mail addresses', () => {
  it('say that accounts are one person’s, whatever the case', () => {
    expect(
      sharedEmails([
        { id: 'U1', email: 'Bob@Example.com' },
        { id: 'U2', email: 'bob@example.com ' },
        { id: 'U3', email: 'bob+x@example.com' },
        { id: 'U4', email: null },
        { id: 'U5', email: null },
        { id: 'U6' },
        { id: 'U1', email: 'Bob@Example.com' },
      ]),
    ).toEqual([['U1', 'U2']]);
  });

  it('say nothing where there is none', () => {
    expect(sharedEmails([{ id: 'U1', email: null }, { id: 'U2' }])).toEqual([]);
  });
});

it.each<[string, Accounts, Accounts, Accounts]>([
  [
    'nothing in common',
    [['A', 'B']],
    [['C', 'D']],
    [
      ['A', 'B'],
      ['C', 'D'],
    ],
  ],
  ['one in common', [['A', 'B']], [['B', 'C']], [['A', 'B', 'C']]],
  [
    'a bridge between two lists',
    [
      ['A', 'B'],
      ['C', 'D'],
    ],
    [['B', 'C']],
    [['A', 'B', 'C', 'D']],
  ],
  [
    'a chain',
    [],
    [
      ['A', 'B'],
      ['B', 'C'],
      ['C', 'D'],
    ],
    [['A', 'B', 'C', 'D']],
  ],
  ['nothing new', [['A', 'B']], [], [['A', 'B']]],
])('lists with %s', (_, known, more, expected) => {
  expect(joined(known, more)).toEqual(expected);
});
