import { formatDate, fullMoment } from './dates.js';
import { h } from './dom.js';
import { emojiElement } from './emoji-view.js';
import { str } from './json.js';
import { parseMrkdwn, parsePlain, plainWords } from './mrkdwn.js';
import { nameOf, reader, session, stateNow } from './session.js';

/** @import { Child } from './dom.js' */
/** @import { Json } from './json.js' */
/** @import { MarkNode } from './mrkdwn.js' */

/** A text object of Block Kit. @param {Json} object @returns {Child} */
export const textObject = (object) =>
  object['type'] === 'mrkdwn'
    ? mrkdwn(str(object['text']))
    : parsePlain(str(object['text']), object['emoji'] !== false).map(nodeView);

/** @param {string} text @returns {Child} */
export const mrkdwn = (text) => parseMrkdwn(text).map(nodeView);

/** The words of a text object. @param {Json} object */
export const words = (object) =>
  plainWords(
    object['type'] === 'mrkdwn' ? parseMrkdwn(str(object['text'])) : parsePlain(str(object['text'])),
    nodeWords,
  );

/** @param {string} text */
export const mrkdwnWords = (text) => plainWords(parseMrkdwn(text), nodeWords);

/** One line without markup, for banners. Only emoji are drawn. @param {string} text @returns {Child} */
export const mrkdwnLine = (text) => parseMrkdwn(text).map(lineNode);

/** @param {MarkNode} node @returns {Child} */
const lineNode = (node) => {
  if (node.type === 'emoji') return emojiElement(node.name, node.character);
  return 'children' in node ? node.children.map(lineNode) : plainWords([node], nodeWords);
};

/** @param {MarkNode} node @returns {Child} */
const nodeView = (node) => {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'break':
      return h('br');
    case 'emoji':
      return emojiElement(node.name, node.character);
    case 'code':
      return h('code', {}, node.text);
    case 'pre':
      return preformatted(node.text);
    case 'bold':
      return h('strong', {}, node.children.map(nodeView));
    case 'italic':
      return h('em', {}, node.children.map(nodeView));
    case 'strike':
      return h('s', {}, node.children.map(nodeView));
    case 'quote':
      return h('blockquote', {}, node.children.map(nodeView));
    case 'link':
      return link(node.url, node.label);
    case 'date':
      return dateView(node);
    default:
      return h('span', { class: `mention${callsMe(node) ? ' mention-me' : ''}` }, nodeWords(node));
  }
};

/** @param {string} text */
export const preformatted = (text) => h('pre', { tabindex: '0', 'aria-label': 'preformatted text' }, text);

/** @param {string} url @param {Child} label */
export const link = (url, label) =>
  h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, label);

/** @param {Extract<MarkNode, { type: 'date' }>} node */
export const dateView = (node) => {
  const text = formatDate(node, reader());
  const ms = node.seconds * 1000;
  const time = h('time', { title: Number.isFinite(ms) ? fullMoment(ms, reader()) : node.fallback }, text);
  return node.url === '' ? time : link(node.url, time);
};

/** The words of a mention or date. @param {MarkNode} node */
export const nodeWords = (node) => {
  switch (node.type) {
    case 'user':
      return `@${nameOf(node.id)}`;
    case 'group':
      return `@${stateNow().groups.find(({ id }) => id === node.id)?.handle ?? (node.label.replace(/^@/, '') || 'group')}`;
    case 'channel':
      return `#${stateNow().channelNames[node.id] ?? (node.label || 'private channel')}`;
    case 'broadcast':
      return `@${node.range}`;
    case 'date':
      return formatDate(node, reader());
    default:
      return '';
  }
};

/** @param {MarkNode} node */
const callsMe = (node) =>
  (node.type === 'user' && node.id === session.state?.me) ||
  (node.type === 'group' && stateNow().groups.some(({ id, mine }) => mine && id === node.id)) ||
  node.type === 'broadcast';
