import { chosen, screen } from './click.ts';
import { enter, findField } from './find-element.ts';
import type { Host } from './host.ts';
import { type ClickOptions, requireMember } from './interaction.ts';
import type { Message } from './model.ts';
import { channelOf, enteredIn, enterIn, userOf } from './workspace.ts';

/**
 * Types into a field of a message. Slack's client sends nothing until the person presses a button beside it, and takes no more
 * characters than the field has room for.
 */
export const typeText = (
  host: Host,
  userId: string,
  target: string | Message,
  field: string,
  text: string,
  options: ClickOptions,
): void => {
  const shown = screen(host, userId, target, options);
  if ('view' in shown) throw new Error('fields of a modal are filled in when it is submitted');
  requireMember(userOf(host.workspace, userId), channelOf(host.workspace, shown.channel));
  const found = findField(shown, field);
  if (found.element['type'] !== 'plain_text_input') throw new Error(`"${field}" is no field for text`);
  const most = found.element['max_length'];
  if (typeof most === 'number' && text.length > most)
    throw new Error(`"${field}" has room for ${most} characters`);
  const before = enteredIn(host.workspace, userId, shown);
  const { type: _type, ...choice } = enter(found, text);
  enterIn(host.workspace, userId, shown, chosen(before, { found, choice, summary: field }));
};
