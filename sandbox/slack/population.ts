import type { Channel, Group, User, UserKind } from './model.ts';
import { channelOf, userOf, type Workspace } from './workspace.ts';

export interface NewUser {
  readonly id: string;
  readonly name?: string;
  readonly displayName?: string;
  readonly realName?: string;
  readonly email?: string;
  /** True by default. */
  readonly emailConfirmed?: boolean;
  readonly tz?: string;
  readonly tzOffset?: number;
  readonly kind?: UserKind;
  /** The home team of a person from another workspace. */
  readonly teamId?: string;
  readonly deleted?: boolean;
}

export interface NewChannel {
  readonly id: string;
  readonly name?: string;
  /** Its people, without the bot. */
  readonly members?: readonly string[];
  /** Whether the bot is a member; true by default. */
  readonly bot?: boolean;
  readonly isPrivate?: boolean;
  readonly isArchived?: boolean;
  readonly isExternallyShared?: boolean;
}

/** The people, groups and channels, and what an administrator can change. */
export interface Population {
  readonly addUser: (user: NewUser) => User;
  readonly addGroup: (group: {
    readonly id: string;
    readonly handle?: string;
    readonly members?: readonly string[];
  }) => Group;
  readonly addChannel: (channel: NewChannel) => Channel;
  readonly changeUser: (id: string, change: Partial<Omit<User, 'id'>>) => void;
  /** Deactivates an account. That also removes it from all groups and channels. */
  readonly deleteUser: (id: string) => void;
  readonly addToGroup: (group: string, user: string) => void;
  readonly removeFromGroup: (group: string, user: string) => void;
  readonly invite: (channel: string, user: string) => void;
  readonly kick: (channel: string, user: string) => void;
  readonly changeChannel: (id: string, change: Partial<Omit<Channel, 'id'>>) => void;
}

const OTHER_TEAM = 'T02ELSEWHERE';

export const createPopulation = (workspace: Workspace, botName: string): Population => {
  const { users, groups, channels, installation } = workspace;
  const addUser = (user: NewUser): User => {
    const added = fullUser(user, installation.teamId);
    users.set(added.id, added);
    return added;
  };
  const changeGroup = (id: string, change: (members: readonly string[]) => readonly string[]): void => {
    const group = groups.get(id);
    if (group === undefined) throw new Error(`there is no such group in this workspace: ${id}`);
    groups.set(id, { ...group, members: change(group.members) });
  };
  const changeChannel = (id: string, change: Partial<Omit<Channel, 'id'>>): void => {
    channels.set(id, { ...channelOf(workspace, id), ...change });
  };
  const without = (user: string) => (members: readonly string[]) =>
    members.filter((member) => member !== user);
  const adding = (user: string) => (members: readonly string[]) => [...without(user)(members), user];

  addUser({ id: installation.botUserId, name: botName, kind: 'bot' });
  return {
    addUser,
    addGroup: ({ id, handle, members }) => {
      const group: Group = { id, handle: handle ?? id.toLowerCase(), members: members ?? [] };
      groups.set(id, group);
      return group;
    },
    addChannel: (channel) => {
      const added = fullChannel(channel, installation.botUserId);
      channels.set(added.id, added);
      return added;
    },
    changeUser: (id, change) => {
      users.set(id, { ...userOf(workspace, id), ...change });
    },
    deleteUser: (id) => {
      users.set(id, { ...userOf(workspace, id), deleted: true });
      for (const group of groups.keys()) changeGroup(group, without(id));
      for (const channel of channels.values())
        changeChannel(channel.id, { members: without(id)(channel.members) });
    },
    addToGroup: (group, user) => changeGroup(group, adding(user)),
    removeFromGroup: (group, user) => changeGroup(group, without(user)),
    invite: (channel, user) =>
      changeChannel(channel, { members: adding(user)(channelOf(workspace, channel).members) }),
    kick: (channel, user) =>
      changeChannel(channel, { members: without(user)(channelOf(workspace, channel).members) }),
    changeChannel,
  };
};

const fullUser = (user: NewUser, teamId: string): User => {
  const name = user.name ?? user.id.replace(/^U\d*/, '').toLowerCase();
  return {
    id: user.id,
    teamId: user.teamId ?? (user.kind === 'stranger' ? OTHER_TEAM : teamId),
    name,
    displayName: user.displayName ?? name,
    realName: user.realName ?? name,
    email: user.email ?? `${name}@example.com`,
    emailConfirmed: user.emailConfirmed ?? true,
    tz: user.tz ?? 'Europe/London',
    tzOffset: user.tzOffset ?? 0,
    kind: user.kind ?? 'member',
    deleted: user.deleted ?? false,
  };
};

const fullChannel = (channel: NewChannel, botUserId: string): Channel => ({
  id: channel.id,
  name: channel.name ?? channel.id.replace(/^[CG]\d*/, '').toLowerCase(),
  members: [...(channel.members ?? []), ...(channel.bot === false ? [] : [botUserId])],
  isPrivate: channel.isPrivate ?? false,
  isArchived: channel.isArchived ?? false,
  isExternallyShared: channel.isExternallyShared ?? false,
});
