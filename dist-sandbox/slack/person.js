import { act, screen } from './click.js';
import { closeView } from './close-view.js';
import { enter, findButton, findField } from './find-element.js';
import { post } from './host.js';
import { requireMember, requireModal, } from './interaction.js';
import { runCommand } from './run-command.js';
import { submitView } from './submit-view.js';
import { channelOf, modalsOf, userOf } from './workspace.js';
export const createPerson = (tools, id) => {
    const { host } = tools;
    const { workspace, transcript } = host;
    userOf(workspace, id);
    return {
        id,
        command: (channel, line, place) => runCommand(tools, id, channel, line, place?.thread),
        click: async (target, label, options = {}) => {
            const shown = screen(host, id, target, options);
            const found = findButton(shown, label);
            const choice = { value: found.element['value'], text: found.element['text'] };
            return act(tools, id, shown, { found, choice, summary: label }, options);
        },
        select: async (target, field, entry, options = {}) => {
            const shown = screen(host, id, target, options);
            const found = findField(shown, field);
            const { type: _type, ...choice } = enter(found, entry);
            return act(tools, id, shown, { found, choice, summary: `${field}: ${String(entry)}` }, options);
        },
        submit: async (target, values = {}) => submitView(tools, userOf(workspace, id), requireModal(host, id, target), values),
        close: async (target, all = false) => closeView(tools, id, requireModal(host, id, target), all),
        say: (channel, text, thread) => {
            requireMember(userOf(workspace, id), channelOf(workspace, channel));
            return post(host, { channel, user: id, text, blocks: [], threadTs: thread });
        },
        openModals: () => modalsOf(workspace, id),
        ephemerals: (channel) => workspace.messages.filter((message) => message.channel === channel && message.ephemeralFor === id),
        notices: () => transcript.events.flatMap((event) => event.type === 'notice' && event.user === id ? [event.text] : []),
    };
};
