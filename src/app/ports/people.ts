import type { Identity } from '../../domain/approval/identity.ts';

/** People as Slack knows them right now. Both fail closed: null means that Slack could not say. */
export interface People {
  readonly ourTeam: string;
  identity(userId: string): Promise<Identity | null>;
  groupMembers(groupId: string): Promise<readonly string[] | null>;
}
