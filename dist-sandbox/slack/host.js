import { slackId } from './ids.js';
import { editMessage, modalsOf, removeMessage, replaceModal, storeMessage, } from './workspace.js';
/** Changes that people see: each one goes into the state and into the transcript together. */
export const post = ({ workspace, transcript }, fields) => {
    const message = storeMessage(workspace, fields);
    const user = message.ephemeralFor;
    transcript.record(user === undefined ? { type: 'message', message } : { type: 'ephemeral', message, user });
    return message;
};
export const edit = (host, previous, change) => {
    const message = editMessage(host.workspace, previous, change);
    host.transcript.record({ type: 'edit', message, previous });
    return message;
};
export const remove = (host, message) => {
    removeMessage(host.workspace, message);
    host.transcript.record({ type: 'delete', message });
};
export const notice = (host, user, text) => host.transcript.record({ type: 'notice', user, text });
const newHash = (host) => host.workspace.nextTs();
export const openModal = (host, user, view) => {
    const stack = modalsOf(host.workspace, user);
    const below = stack.at(-1);
    const id = slackId('V');
    const modal = {
        id,
        user,
        view,
        rootId: below?.rootId ?? id,
        hash: newHash(host),
        errors: {},
        entered: {},
        ...(below === undefined ? {} : { previousId: below.id }),
    };
    host.workspace.modals.set(user, [...stack, modal]);
    host.transcript.record({ type: 'modal', change: below === undefined ? 'opened' : 'pushed', modal, user });
    return modal;
};
export const updateModal = (host, before, view) => {
    const modal = { ...before, view, hash: newHash(host), errors: {} };
    replaceModal(host.workspace, modal);
    host.transcript.record({ type: 'modal', change: 'updated', modal, user: modal.user });
    return modal;
};
export const showErrors = (host, before, errors) => {
    const modal = { ...before, errors };
    replaceModal(host.workspace, modal);
    host.transcript.record({ type: 'modal', change: 'errors', modal, user: modal.user });
};
/** Takes the top modal away, or the whole stack. */
export const closeModals = (host, user, all) => {
    const stack = modalsOf(host.workspace, user);
    const leaving = all ? stack : stack.slice(-1);
    host.workspace.modals.set(user, all ? [] : stack.slice(0, -1));
    for (const modal of leaving.toReversed()) {
        host.transcript.record({ type: 'modal', change: 'closed', modal, user });
    }
};
