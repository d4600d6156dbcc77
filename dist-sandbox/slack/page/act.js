import { blocksOf } from '../find-element.js';
import { isObject, objectOf, optionalString, stringOf } from '../json.js';
import { interactiveElements } from '../slack-objects.js';
import { encoded } from './typed.js';
/** Slack's client refuses a command that no app of the workspace has. */
const COMMANDS = ['/rollback'];
/** A deed that cannot be read; everything else that goes wrong is for the person to read. */
export class BadDeed extends Error {
}
/**
 * Does what the person at the page did. All of it goes through the scripting interface, so a click here is refused
 * exactly where a scripted one is.
 */
export const act = async (slack, memory, user, deed) => {
    const person = slack.as(user);
    switch (deed['type']) {
        case 'say':
            return say(slack, memory, person, deed);
        case 'click': {
            const click = await person.click(target(deed), needed(deed, 'label'), answers(deed));
            return { sent: click.sent };
        }
        case 'select': {
            const field = fieldName(slack, person, deed);
            const chosen = await person.select(target(deed), field, entry(deed['entry']), answers(deed));
            return { sent: chosen.sent };
        }
        case 'submit': {
            const { sent, errors } = await person.submit(needed(deed, 'modal'), entries(deed['values']));
            return { sent, errors };
        }
        case 'close':
            await person.close(needed(deed, 'modal'), deed['all'] === true);
            return {};
        case 'read':
            memory.markRead(user, needed(deed, 'channel'), needed(deed, 'ts'));
            return {};
        case 'dismiss':
            memory.dismiss(user, needed(deed, 'channel'), needed(deed, 'ts'));
            return {};
        default:
            throw new BadDeed(`unknown deed: ${String(deed['type'])}`);
    }
};
const say = async (slack, memory, person, deed) => {
    const channel = needed(deed, 'channel');
    const typed = needed(deed, 'text').trim();
    const thread = optionalString(deed, 'thread');
    if (typed === '')
        throw new BadDeed('nothing was typed');
    if (!typed.startsWith('/')) {
        const { ts } = person.say(channel, encoded(slack, typed), thread);
        // who answers has seen what is above
        memory.markRead(person.id, channel, ts);
        return { ts };
    }
    const [command = ''] = typed.split(/\s/);
    if (!COMMANDS.includes(command))
        throw new Error(`${command} is not a valid command. In this workspace there is ${COMMANDS.join(', ')}.`);
    const { sent } = await person.command(channel, encoded(slack, typed), thread === undefined ? undefined : { thread });
    return { sent };
};
const needed = (deed, key) => {
    const value = deed[key];
    if (typeof value !== 'string' || value === '')
        throw new BadDeed(`missing: ${key}`);
    return value;
};
/** A message by its ts, or a modal by its id. */
const target = (deed) => optionalString(deed, 'modal') ?? needed(deed, 'ts');
const answers = (deed) => {
    const channel = optionalString(deed, 'channel');
    return {
        ...(typeof deed['confirm'] === 'boolean' ? { confirm: deed['confirm'] } : {}),
        ...(channel === undefined ? {} : { channel }),
    };
};
const entry = (value) => {
    if (value === null || typeof value === 'string')
        return value;
    if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
        return value;
    throw new BadDeed('an entry is text, a list of texts, or null');
};
const entries = (value) => Object.fromEntries(Object.entries(objectOf(value)).map(([name, one]) => [name, entry(one)]));
/** Forms may use one action_id everywhere, and a row of menus shares its block_id: whichever names only one. */
const fieldName = (slack, person, deed) => {
    const blockId = needed(deed, 'block');
    const shown = shownTo(slack, person, deed);
    const block = shown === undefined ? {} : objectOf(blocksOf(shown).find((one) => one['block_id'] === blockId));
    const fields = interactiveElements(block).filter((element) => isObject(element) && element['type'] !== 'button');
    return fields.length === 1 ? blockId : stringOf(deed['action']);
};
const shownTo = (slack, person, deed) => {
    const modal = optionalString(deed, 'modal');
    if (modal !== undefined)
        return person.openModals().find(({ id }) => id === modal);
    return slack.message(needed(deed, 'channel'), needed(deed, 'ts'));
};
