import { emojiCharacter } from './emoji.js';

/**
 * Slack's markup as a tree of plain data. Nothing here touches the page, and the tree never contains HTML.
 *
 * @typedef {{ readonly type: 'text', readonly text: string }
 *   | { readonly type: 'break' }
 *   | { readonly type: 'emoji', readonly name: string, readonly character: string }
 *   | { readonly type: 'code' | 'pre', readonly text: string }
 *   | { readonly type: 'bold' | 'italic' | 'strike' | 'quote', readonly children: readonly MarkNode[] }
 *   | { readonly type: 'link', readonly url: string, readonly label: string }
 *   | { readonly type: 'user' | 'group' | 'channel', readonly id: string, readonly label: string }
 *   | { readonly type: 'broadcast', readonly range: string }
 *   | { readonly type: 'date', readonly seconds: number, readonly format: string, readonly url: string, readonly fallback: string }
 * } MarkNode
 */

/** @typedef {'bold' | 'italic' | 'strike'} Style */

/** @type {Readonly<Record<string, Style>>} */
const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' };

const SAFE_URL = /^(?:https?:\/\/|mailto:)/i;
const BARE_URL = /^https?:\/\/[^\s<>|`]+/;
const EMOJI = /^:([a-z0-9_+-]+):(?::skin-tone-[2-6]:)?/;
const DATE = /^date\^(\d+)\^([^|^]*)(?:\^([^|]*))?$/;

/** @param {string} text */
export const unescaped = (text) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** A text object of type `mrkdwn`, or the text of a message. @param {string} text @returns {readonly MarkNode[]} */
export const parseMrkdwn = (text) => {
  const parts = text.split(/```([\s\S]+?)```/);
  return parts.flatMap((part, at) => {
    if (at % 2 === 1) return [{ type: 'pre', text: unescaped(part.replace(/^\n|\n$/g, '')) }];
    // The block has its own line breaks.
    const before = at > 0 ? part.replace(/^\n/, '') : part;
    return parseLines(at < parts.length - 1 ? before.replace(/\n$/, '') : before);
  });
};

/** A text object of type `plain_text`: no markup except emoji names. @param {string} text @param {boolean} emoji @returns {readonly MarkNode[]} */
export const parsePlain = (text, emoji = true) =>
  joined(
    text.split('\n').flatMap((line, at) => {
      /** @type {MarkNode[]} */
      const nodes = at === 0 ? [] : [{ type: 'break' }];
      return [...nodes, ...(emoji ? plainLine(line) : [textNode(line)])];
    }),
  );

/** @param {string} line @returns {readonly MarkNode[]} */
const plainLine = (line) => line.split(/(:[a-z0-9_+-]+:)/).map((part) => emojiNode(part) ?? textNode(part));

/** @param {string} text @returns {readonly MarkNode[]} */
const parseLines = (text) => {
  if (text === '') return [];
  /** @type {MarkNode[]} */
  const nodes = [];
  /** @type {string[]} */
  let quote = [];
  let fresh = true;
  const endQuote = () => {
    if (quote.length > 0) nodes.push({ type: 'quote', children: parseInline(quote.join('\n')) });
    if (quote.length > 0) fresh = true;
    quote = [];
  };
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    if (/^(?:>|&gt;){3}/.test(line)) {
      quote.push([line.replace(/^(?:>|&gt;){3} ?/, ''), ...lines.slice(at + 1)].join('\n'));
      break;
    }
    if (/^(?:>|&gt;)/.test(line)) {
      quote.push(line.replace(/^(?:>|&gt;) ?/, ''));
      continue;
    }
    endQuote();
    if (!fresh) nodes.push({ type: 'break' });
    nodes.push(...parseInline(line));
    fresh = false;
  }
  endQuote();
  return joined(nodes);
};

/** @param {string} text @returns {readonly MarkNode[]} */
const parseInline = (text) => {
  /** @type {MarkNode[]} */
  const nodes = [];
  let at = 0;
  while (at < text.length) {
    const found = readMark(text, at);
    nodes.push(found?.node ?? textNode(text.charAt(at), false));
    at += found?.length ?? 1;
  }
  return joined(nodes);
};

/** @typedef {{ readonly node: MarkNode, readonly length: number }} Mark */

/** The markup that begins at this position, if there is any. @param {string} text @param {number} at @returns {Mark | undefined} */
const readMark = (text, at) => {
  switch (text[at]) {
    case '\n':
      return { node: { type: 'break' }, length: 1 };
    case '`':
      return readCode(text, at);
    case '<':
      return readAngle(text, at);
    case ':':
      return readEmoji(text, at);
    case '&':
      return readEntity(text, at);
    case 'h':
      return readBareUrl(text, at);
    case '*':
    case '_':
    case '~':
      return readStyled(text, at);
    default:
      return undefined;
  }
};

/** @param {string} text @param {number} at @returns {Mark | undefined} */
const readCode = (text, at) => {
  const found = /^`([^`\n]+)`/.exec(text.slice(at));
  return found?.[1] === undefined
    ? undefined
    : { node: { type: 'code', text: unescaped(found[1]) }, length: found[0].length };
};

/** @param {string} text @param {number} at @returns {Mark | undefined} */
const readEmoji = (text, at) => {
  const found = EMOJI.exec(text.slice(at));
  const node = found === null ? undefined : emojiNode(`:${found[1] ?? ''}:`);
  return found === null || node === undefined ? undefined : { node, length: found[0].length };
};

/** @param {string} text @param {number} at @returns {Mark | undefined} */
const readEntity = (text, at) => {
  const found = /^&(?:lt|gt|amp);/.exec(text.slice(at));
  return found === null ? undefined : { node: textNode(found[0]), length: found[0].length };
};

/** @param {string} text @param {number} at @returns {Mark | undefined} */
const readBareUrl = (text, at) => {
  if (/\w/.test(text[at - 1] ?? '')) return undefined;
  const url = BARE_URL.exec(text.slice(at))?.[0].replace(/[.,;:!?)*_~'"]+$/, '');
  if (url === undefined) return undefined;
  return { node: { type: 'link', url: unescaped(url), label: unescaped(url) }, length: url.length };
};

/** Bold, italic or struck text. The mark opens after a space or punctuation and closes before one, with no space inside it. @param {string} text @param {number} at @returns {Mark | undefined} */
const readStyled = (text, at) => {
  const mark = text.charAt(at);
  const style = STYLES[mark];
  if (style === undefined || isWord(text[at - 1]) || text[at - 1] === mark) return undefined;
  if (/^$|[\s]/.test(text[at + 1] ?? '') || text[at + 1] === mark) return undefined;
  const end = closing(text, at + 1, mark);
  if (end === undefined) return undefined;
  const children = parseInline(text.slice(at + 1, end));
  return { node: { type: style, children }, length: end + 1 - at };
};

/** @param {string} text @param {number} from @param {string} mark */
const closing = (text, from, mark) => {
  let at = from;
  while (at < text.length && text[at] !== '\n') {
    const skipped =
      text[at] === '`' ? readCode(text, at) : text[at] === '<' ? readAngle(text, at) : undefined;
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    if (text[at] === mark && at > from && !/\s/.test(text[at - 1] ?? '') && !isWord(text[at + 1])) return at;
    at += 1;
  }
  return undefined;
};

/** @param {string | undefined} character */
const isWord = (character) => character !== undefined && /[\p{L}\p{N}]/u.test(character);

/** @param {string} text @param {number} at @returns {Mark | undefined} */
const readAngle = (text, at) => {
  const found = /^<([^<>\n]+)>/.exec(text.slice(at));
  if (found?.[1] === undefined) return undefined;
  return { node: angleNode(found[1]), length: found[0].length };
};

/** The content of angle brackets. @param {string} inside @returns {MarkNode} */
const angleNode = (inside) => {
  const bar = inside.indexOf('|');
  const target = bar === -1 ? inside : inside.slice(0, bar);
  const label = bar === -1 ? '' : unescaped(inside.slice(bar + 1));
  if (target.startsWith('@')) return { type: 'user', id: target.slice(1), label };
  if (target.startsWith('#')) return { type: 'channel', id: target.slice(1), label };
  if (target.startsWith('!')) return specialNode(target.slice(1), label);
  if (!SAFE_URL.test(target)) return textNode(`<${inside}>`);
  const url = unescaped(target);
  return { type: 'link', url, label: label === '' ? url.replace(/^mailto:/i, '') : label };
};

/** @param {string} target @param {string} label @returns {MarkNode} */
const specialNode = (target, label) => {
  if (/^(?:here|channel|everyone)$/.test(target)) return { type: 'broadcast', range: target };
  if (target.startsWith('subteam^')) return { type: 'group', id: target.slice('subteam^'.length), label };
  const date = DATE.exec(target);
  if (date === null) return textNode(label === '' ? `<!${target}>` : label);
  const [, seconds, format = '', url = ''] = date;
  return {
    type: 'date',
    seconds: Number(seconds),
    format: unescaped(format),
    url: SAFE_URL.test(url) ? unescaped(url) : '',
    fallback: label,
  };
};

/** @param {string} name @returns {MarkNode | undefined} */
const emojiNode = (name) => {
  const plain = name.replace(/^:|:$/g, '');
  const character = name.startsWith(':') ? emojiCharacter(plain) : undefined;
  return character === undefined ? undefined : { type: 'emoji', name: plain, character };
};

/** @param {string} text @param {boolean} escaped @returns {MarkNode} */
const textNode = (text, escaped = true) => ({ type: 'text', text: escaped ? unescaped(text) : text });

/** Joins adjacent texts. @param {readonly MarkNode[]} nodes @returns {readonly MarkNode[]} */
const joined = (nodes) => {
  /** @type {MarkNode[]} */
  const result = [];
  for (const node of nodes) {
    const last = result.at(-1);
    if (node.type === 'text' && last?.type === 'text')
      result[result.length - 1] = { type: 'text', text: last.text + node.text };
    else if (node.type !== 'text' || node.text !== '') result.push(node);
  }
  return result;
};

/**
 * The words without markup, for notifications and labels.
 *
 * @param {readonly MarkNode[]} nodes
 * @param {(node: MarkNode) => string} name the words of a mention or date
 * @returns {string}
 */
export const plainWords = (nodes, name) =>
  nodes
    .map((node) => {
      switch (node.type) {
        case 'text':
        case 'code':
        case 'pre':
          return node.text;
        case 'break':
          return ' ';
        case 'emoji':
          return node.character;
        case 'link':
          return node.label;
        case 'bold':
        case 'italic':
        case 'strike':
        case 'quote':
          return plainWords(node.children, name);
        default:
          return name(node);
      }
    })
    .join('');
