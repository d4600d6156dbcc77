import type { WebClient } from '@slack/web-api';
import { membersOf } from '../../app/people/permission.ts';
import type { People } from '../../app/ports/people.ts';
import type { Inventory } from '../../app/ports/site.ts';
import { tellOne } from './tell-one.ts';

export interface TellApproversDeps {
  readonly client: WebClient;
  readonly people: People;
  readonly inventory: Pick<Inventory, 'sites'>;
  readonly onError: (error: unknown, doing: string) => void;
}

/**
 * Tells everyone who approves for the same sites as this person, and the person, each in a direct message. Returns who was told.
 * Slack's errors go to the log: one who can't be told must not keep the others from hearing.
 */
export async function tellApprovers(
  { client, people, inventory, onError }: TellApproversDeps,
  person: string,
  text: string,
): Promise<readonly string[]> {
  const groups = await Promise.all(inventory.sites.map(({ approvers }) => membersOf(people, approvers)));
  const beside = groups.flatMap((members) => (members?.has(person) ? [...members] : []));
  const told: string[] = [];
  for (const user of new Set([person, ...beside]))
    try {
      await tellOne(client, { user, channels: [], text });
      told.push(user);
    } catch (error) {
      onError(error, 'tell approvers');
    }
  return told;
}
