import type { People } from '../../../src/app/ports/people.ts';
import type { Identity } from '../../../src/domain/approval/identity.ts';

const BLANK: Omit<Identity, 'id'> = {
  teamId: 'T01',
  name: 'somebody',
  deleted: false,
  bot: false,
  guest: false,
  stranger: false,
};

/** Everyone is a full member unless the test says otherwise. `null`: Slack does not answer. */
export function people(
  known: Readonly<Record<string, Partial<Identity> | null>> = {},
  groups: Readonly<Record<string, readonly string[] | null>> = {},
): People {
  return {
    ourTeam: 'T01',
    identity: async (id) => {
      const one = known[id];
      return one === null ? null : { id, ...BLANK, ...one };
    },
    groupMembers: async (id) => groups[id] ?? null,
  };
}
