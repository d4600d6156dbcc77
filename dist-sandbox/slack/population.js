import { channelOf, userOf } from './workspace.js';
const OTHER_TEAM = 'T02ELSEWHERE';
export const createPopulation = (workspace, botName) => {
    const { users, groups, channels, installation } = workspace;
    const addUser = (user) => {
        const added = fullUser(user, installation.teamId);
        users.set(added.id, added);
        return added;
    };
    const changeGroup = (id, change) => {
        const group = groups.get(id);
        if (group === undefined)
            throw new Error(`no such group in this workspace: ${id}`);
        groups.set(id, { ...group, members: change(group.members) });
    };
    const changeChannel = (id, change) => {
        channels.set(id, { ...channelOf(workspace, id), ...change });
    };
    const without = (user) => (members) => members.filter((member) => member !== user);
    const adding = (user) => (members) => [...without(user)(members), user];
    addUser({ id: installation.botUserId, name: botName, kind: 'bot' });
    return {
        addUser,
        addGroup: ({ id, handle, members }) => {
            const group = { id, handle: handle ?? id.toLowerCase(), members: members ?? [] };
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
            for (const group of groups.keys())
                changeGroup(group, without(id));
            for (const channel of channels.values())
                changeChannel(channel.id, { members: without(id)(channel.members) });
        },
        addToGroup: (group, user) => changeGroup(group, adding(user)),
        removeFromGroup: (group, user) => changeGroup(group, without(user)),
        invite: (channel, user) => changeChannel(channel, { members: adding(user)(channelOf(workspace, channel).members) }),
        kick: (channel, user) => changeChannel(channel, { members: without(user)(channelOf(workspace, channel).members) }),
        changeChannel,
    };
};
const fullUser = (user, teamId) => {
    const name = user.name ?? user.id.replace(/^U\d*/, '').toLowerCase();
    return {
        id: user.id,
        teamId: user.teamId ?? (user.kind === 'stranger' ? OTHER_TEAM : teamId),
        name,
        displayName: user.displayName ?? name,
        realName: user.realName ?? name,
        email: user.email ?? `${name}@example.com`,
        tz: user.tz ?? 'Europe/London',
        tzOffset: user.tzOffset ?? 0,
        kind: user.kind ?? 'member',
        deleted: user.deleted ?? false,
    };
};
const fullChannel = (channel, botUserId) => ({
    id: channel.id,
    name: channel.name ?? channel.id.replace(/^[CG]\d*/, '').toLowerCase(),
    members: [...(channel.members ?? []), ...(channel.bot === false ? [] : [botUserId])],
    isPrivate: channel.isPrivate ?? false,
    isArchived: channel.isArchived ?? false,
    isExternallyShared: channel.isExternallyShared ?? false,
});
