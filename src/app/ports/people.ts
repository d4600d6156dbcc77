import type { Identity } from '../../domain/approval/identity.ts';

/** People as Slack knows them now. Both methods fail closed: null means that Slack can't say. */
export interface People {
  readonly ourTeam: string;
  identity(userId: string): Promise<Identity | null>;
  groupMembers(groupId: string): Promise<readonly string[] | null>;
}
