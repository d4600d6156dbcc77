import { blocksOf, type Entry } from '../find-element.ts';
import { isObject, type JsonObject, objectOf, optionalString, stringOf } from '../json.ts';
import type { LocalSlack, Message, Modal, Person } from '../local-slack.ts';
import { interactiveElements } from '../slack-objects.ts';
import type { Memory } from './memory.ts';
import { encoded } from './typed.ts';

/** Slack's client refuses a command that no app of the workspace offers. */
const COMMANDS = ['/rollback'];

/** The page sent an action that makes no sense. All other errors are shown to the person. */
export class BadAction extends Error {}

/**
 * Carries out an action on the page. Everything goes through the scripting interface, so a click here is refused exactly when
 * a scripted one is.
 */
export const act = async (
  slack: LocalSlack,
  memory: Memory,
  user: string,
  action: JsonObject,
): Promise<JsonObject> => {
  const person = slack.as(user);
  switch (action['type']) {
    case 'say':
      return say(slack, memory, person, action);
    case 'click': {
      for (const [field, text] of Object.entries(entries(action['typed'])))
        if (typeof text === 'string') person.type(target(action), field, text, answers(action));
      const click = await person.click(target(action), needed(action, 'label'), answers(action));
      return { sent: click.sent };
    }
    case 'select': {
      const field = fieldName(slack, person, action);
      const chosen = await person.select(target(action), field, entry(action['entry']), answers(action));
      return { sent: chosen.sent };
    }
    case 'submit': {
      const { sent, errors } = await person.submit(needed(action, 'modal'), entries(action['values']));
      return { sent, errors };
    }
    case 'close':
      await person.close(needed(action, 'modal'), action['all'] === true);
      return {};
    case 'read':
      memory.markRead(user, needed(action, 'channel'), needed(action, 'ts'));
      return {};
    case 'dismiss':
      memory.dismiss(user, needed(action, 'channel'), needed(action, 'ts'));
      return {};
    default:
      throw new BadAction(`unknown action: ${String(action['type'])}`);
  }
};

const say = async (
  slack: LocalSlack,
  memory: Memory,
  person: Person,
  action: JsonObject,
): Promise<JsonObject> => {
  const channel = needed(action, 'channel');
  const typed = needed(action, 'text').trim();
  const thread = optionalString(action, 'thread');
  if (typed === '') throw new BadAction('nothing was typed');
  if (!typed.startsWith('/')) {
    const { ts } = person.say(channel, encoded(slack, typed), thread);
    // A person who answers has seen the messages above.
    memory.markRead(person.id, channel, ts);
    return { ts };
  }
  const [command = ''] = typed.split(/\s/);
  if (!COMMANDS.includes(command))
    throw new Error(`${command} is not a valid command. This workspace only has ${COMMANDS.join(', ')}.`);
  const { sent } = await person.command(
    channel,
    encoded(slack, typed),
    thread === undefined ? undefined : { thread },
  );
  return { sent };
};

const needed = (action: JsonObject, key: string): string => {
  const value = action[key];
  if (typeof value !== 'string' || value === '') throw new BadAction(`missing: ${key}`);
  return value;
};

/** A modal by its id, or a message by its ts. */
const target = (action: JsonObject): string => optionalString(action, 'modal') ?? needed(action, 'ts');

const answers = (action: JsonObject): { readonly confirm?: boolean; readonly channel?: string } => {
  const channel = optionalString(action, 'channel');
  return {
    ...(typeof action['confirm'] === 'boolean' ? { confirm: action['confirm'] } : {}),
    ...(channel === undefined ? {} : { channel }),
  };
};

const entry = (value: unknown): Entry => {
  if (value === null || typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw new BadAction('an entry is text, a list of texts, or null');
};

const entries = (value: unknown): Readonly<Record<string, Entry>> =>
  Object.fromEntries(Object.entries(objectOf(value)).map(([name, one]) => [name, entry(one)]));

/** A form may repeat an action_id, and a row of menus shares its block_id. Uses the id that names only one element. */
const fieldName = (slack: LocalSlack, person: Person, action: JsonObject): string => {
  const blockId = needed(action, 'block');
  const shown = shownTo(slack, person, action);
  const block =
    shown === undefined ? {} : objectOf(blocksOf(shown).find((one) => one['block_id'] === blockId));
  const fields = interactiveElements(block).filter(
    (element) => isObject(element) && element['type'] !== 'button',
  );
  return fields.length === 1 ? blockId : stringOf(action['action']);
};

const shownTo = (slack: LocalSlack, person: Person, action: JsonObject): Message | Modal | undefined => {
  const modal = optionalString(action, 'modal');
  if (modal !== undefined) return person.openModals().find(({ id }) => id === modal);
  return slack.message(needed(action, 'channel'), needed(action, 'ts'));
};
