import { avatar } from './avatar.js';
import { blocksView } from './blocks-view.js';
import { ago, clockTime, fullMoment } from './dates.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { act, go, msOf, nameOf, personOf, reader } from './session.js';
import { mrkdwn, mrkdwnWords } from './text-view.js';
import { showProblem } from './toasts.js';

/** @import { FileView, MessageView } from '../state.ts' */

/**
 * @typedef {{
 *   channel: string, message: MessageView, compact: boolean,
 *   replies: readonly MessageView[], inThread: boolean, parent?: MessageView | undefined, channelName: string,
 * }} Shown
 */

/** @param {Shown} shown @returns {HTMLElement} */
export const messageView = (shown) => {
  const { message, compact, channel } = shown;
  const { user, ts } = message;
  const label = `${nameOf(user)}, ${clockTime(msOf(ts), reader())}${message.ephemeral ? ', only visible to you' : ''}`;
  const look = ['message', compact ? 'compact' : '', message.ephemeral ? 'ephemeral' : '']
    .filter(Boolean)
    .join(' ');
  return h(
    'article',
    {
      class: look,
      'aria-label': label,
      'data-ts': ts,
      onClick: (/** @type {Event} */ event) => {
        if (!shown.inThread && !message.ephemeral && isPlainTap(event))
          go({ thread: message.threadTs ?? ts });
      },
    },
    h('div', { class: 'message-gutter' }, compact ? timeView(ts, true) : avatar(user)),
    h(
      'div',
      { class: 'message-main' },
      message.ephemeral && h('p', { class: 'only-you' }, icon('eye'), 'Only visible to you'),
      !shown.inThread && message.threadTs !== null && broadcastLine(message.threadTs, shown.parent),
      !compact && headLine(message),
      h('div', { class: 'message-body' }, bodyView(message, channel)),
      message.files.map(fileView),
      shown.inThread &&
        message.alsoInChannel &&
        h('p', { class: 'small-note' }, `Also sent to #${shown.channelName}`),
      message.ephemeral && dismissButton(channel, ts),
      !shown.inThread && repliesButton(shown),
    ),
    !message.ephemeral && !shown.inThread && toolbar(message),
  );
};

const TOUCH = matchMedia('(hover: none)');

/** Opens the thread on a tap: without a mouse there is no toolbar. A tap on a control does not count. @param {Event} event */
const isPlainTap = ({ target }) =>
  TOUCH.matches &&
  target instanceof Element &&
  target.closest('button, a, input, select, textarea, label, summary, pre') === null &&
  getSelection()?.isCollapsed !== false;

/** @param {MessageView} message */
const headLine = ({ user, ts }) =>
  h(
    'div',
    { class: 'message-head' },
    h('span', { class: 'message-author' }, nameOf(user)),
    personOf(user)?.bot === true && h('span', { class: 'badge-app' }, 'APP'),
    timeView(ts, false),
  );

/** @param {string} ts @param {boolean} short */
const timeView = (ts, short) => {
  const ms = msOf(ts);
  const text = clockTime(ms, reader());
  return h(
    'time',
    { class: 'message-time', title: fullMoment(ms, reader()) },
    short ? text.replace(/\s?[AP]M$/, '') : text,
  );
};

/** If a message has blocks, Slack shows them instead of the text. @param {MessageView} message @param {string} channel */
const bodyView = ({ blocks, text, ts, edited }, channel) => {
  const mark = edited && h('span', { class: 'edited' }, '(edited)');
  if (blocks.length === 0) return h('div', { class: 'message-text' }, mrkdwn(text), ' ', mark);
  return [...blocksView(blocks, { channel, ts }), mark];
};

/** @param {string} threadTs @param {MessageView | undefined} parent */
const broadcastLine = (threadTs, parent) =>
  h(
    'p',
    { class: 'small-note' },
    'replied to a thread: ',
    h(
      'button',
      { type: 'button', class: 'link-button', onClick: () => go({ thread: threadTs }) },
      parent === undefined ? 'an earlier message' : mrkdwnWords(parent.text).slice(0, 80),
    ),
  );

/** @param {string} channel @param {string} ts */
const dismissButton = (channel, ts) =>
  h(
    'button',
    {
      type: 'button',
      class: 'link-button dismiss',
      'data-control': 'dismiss',
      onClick: () => void dismiss(channel, ts),
    },
    'Dismiss message',
  );

/** @param {string} channel @param {string} ts */
const dismiss = async (channel, ts) => {
  const { ok, error } = await act({ type: 'dismiss', channel, ts });
  if (!ok && error !== undefined) showProblem(error);
};

/** @param {Shown} shown */
const repliesButton = ({ message, replies }) => {
  const last = replies.at(-1);
  if (last === undefined) return null;
  const people = [...new Set(replies.map(({ user }) => user))].slice(0, 4);
  return h(
    'button',
    {
      type: 'button',
      class: 'replies',
      'data-control': 'replies',
      onClick: () => go({ thread: message.ts }),
    },
    people.map((id) => avatar(id, 'small')),
    h('strong', {}, countOf(replies.length)),
    h('span', { class: 'replies-last' }, `Last reply ${ago(Date.now() - msOf(last.ts))}`),
  );
};

/** @param {number} count */
export const countOf = (count) => (count === 1 ? '1 reply' : `${count} replies`);

/** @param {MessageView} message */
const toolbar = ({ ts, threadTs }) =>
  h(
    'div',
    { class: 'message-tools' },
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button',
        title: 'Reply in thread',
        'aria-label': 'Reply in thread',
        'data-control': 'reply',
        onClick: () => go({ thread: threadTs ?? ts }),
      },
      icon('reply'),
    ),
  );

/** @param {FileView} file */
const fileView = ({ name, title, size, preview, cut }) =>
  h(
    'div',
    { class: 'file' },
    h(
      'div',
      { class: 'file-head' },
      h('span', { class: 'file-icon' }, icon('file')),
      h(
        'div',
        {},
        h('strong', {}, title),
        h('span', { class: 'file-facts' }, `${title === name ? '' : `${name} · `}${sizeOf(size)}`),
      ),
    ),
    preview !== null &&
      h(
        'details',
        { class: 'file-preview' },
        h(
          'summary',
          {},
          h('span', { class: 'when-closed' }, 'Show all'),
          h('span', { class: 'when-open' }, 'Show less'),
        ),
        h('pre', { tabindex: '0', 'aria-label': `content of ${name}` }, `${preview}${cut ? '\n…' : ''}`),
      ),
  );

/** @param {number} bytes */
const sizeOf = (bytes) => {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
};
