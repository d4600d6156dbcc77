import { h } from './dom.js';
import { emojiCharacter } from './emoji.js';
import { emojiElement } from './emoji-view.js';
import { list, obj, str } from './json.js';
import { dateView, link, nodeWords, preformatted } from './text-view.js';

/** @import { Child } from './dom.js' */
/** @import { Json } from './json.js' */

/** @param {Json} block @returns {HTMLElement} */
export const richText = (block) => h('div', { class: 'rich-text' }, list(block['elements']).map(part));

/** @param {Json} element @returns {Child} */
const part = (element) => {
  const children = list(element['elements']);
  switch (element['type']) {
    case 'rich_text_preformatted':
      return preformatted(children.map((child) => str(child['text']) || str(child['url'])).join(''));
    case 'rich_text_quote':
      return h('blockquote', {}, children.map(inline));
    case 'rich_text_list': {
      const indent = Number(element['indent'] ?? 0);
      const items = children.map((child) => h('li', {}, list(child['elements']).map(inline)));
      return element['style'] === 'ordered'
        ? h('ol', { class: `indent-${indent}`, start: Number(element['offset'] ?? 0) + 1 }, items)
        : h('ul', { class: `indent-${indent}` }, items);
    }
    default:
      return h('div', {}, children.map(inline));
  }
};

const SAFE_URL = /^(?:https?:\/\/|mailto:)/i;

/** @param {Json} element @returns {Child} */
const inline = (element) => styled(element, content(element));

/** @param {Json} element @returns {Child} */
const content = (element) => {
  switch (element['type']) {
    case 'link': {
      const url = str(element['url']);
      const label = str(element['text']) || url;
      return SAFE_URL.test(url) ? link(url, label) : label;
    }
    case 'user':
      return mention(nodeWords({ type: 'user', id: str(element['user_id']), label: '' }));
    case 'usergroup':
      return mention(nodeWords({ type: 'group', id: str(element['usergroup_id']), label: '' }));
    case 'channel':
      return mention(nodeWords({ type: 'channel', id: str(element['channel_id']), label: '' }));
    case 'broadcast':
      return mention(`@${str(element['range'])}`);
    case 'emoji': {
      const name = str(element['name']);
      const character = emojiCharacter(name);
      return character === undefined ? `:${name}:` : emojiElement(name, character);
    }
    case 'date':
      return dateView({
        type: 'date',
        seconds: Number(element['timestamp']),
        format: str(element['format']),
        url: SAFE_URL.test(str(element['url'])) ? str(element['url']) : '',
        fallback: str(element['fallback']),
      });
    default:
      return broken(str(element['text']));
  }
};

/** @param {string} text @returns {Child} */
const broken = (text) => text.split('\n').flatMap((line, at) => (at === 0 ? [line] : [h('br'), line]));

/** @param {string} text */
const mention = (text) => h('span', { class: 'mention' }, text);

/** @param {Json} element @param {Child} inside @returns {Child} */
const styled = (element, inside) => {
  const style = obj(element['style']);
  let result = inside;
  if (style['code'] === true) result = h('code', {}, result);
  if (style['bold'] === true) result = h('strong', {}, result);
  if (style['italic'] === true) result = h('em', {}, result);
  if (style['strike'] === true) result = h('s', {}, result);
  if (style['underline'] === true) result = h('u', {}, result);
  return result;
};
