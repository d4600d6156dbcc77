import { isMember, modalsOf } from './workspace.js';
export const NOTHING_SENT = {
    sent: false,
    ok: false,
    ackMs: 0,
    ackBody: undefined,
    triggerId: '',
    responseUrl: '',
};
/** Throws where Slack's client would not let this person do anything. */
export const requireMember = (user, channel) => {
    if (user.deleted)
        throw new Error(`${user.id} is deactivated and cannot use Slack`);
    if (!isMember(channel, user.id))
        throw new Error(`${user.id} is not in ${channel.id} (#${channel.name})`);
    if (channel.isArchived)
        throw new Error(`${channel.id} (#${channel.name}) is archived`);
};
/** The present state of the modal that this person has before them. */
export const requireModal = (host, userId, target) => {
    const id = typeof target === 'string' ? target : target.id;
    const stack = modalsOf(host.workspace, userId);
    const modal = stack.find((open) => open.id === id);
    if (modal === undefined)
        throw new Error(`${userId} has no open modal ${id}`);
    if (stack.at(-1) !== modal)
        throw new Error(`the modal ${id} is covered by another`);
    return modal;
};
