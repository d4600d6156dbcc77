import { ago, dayOf, dayTitle } from './dates.js';
import { h, reconcile } from './dom.js';
import { messageView } from './message-view.js';
import { msOf, reader, repliesTo, stateNow } from './session.js';

/** @import { ChannelView, MessageView } from '../state.ts' */
/** @import { Shown } from './message-view.js' */

/**
 * @typedef {{ readonly kind: 'line', readonly key: string, readonly text: string, readonly fresh: boolean }
 *   | { readonly kind: 'message', readonly key: string, readonly shown: Shown }} Item
 */

/** Messages by the same author within this time share a header. */
const TOGETHER_MS = 5 * 60_000;
/** Up to this many pixels from the end still count as the end. */
const NEAR = 80;

/** @param {HTMLElement} list @param {readonly Item[]} items */
export const drawTimeline = (list, items) => {
  const names = namesLook();
  reconcile(list, items, {
    key: ({ key }) => key,
    look: (item) => (item.kind === 'line' ? item.text : names + lookOf(item.shown)),
    draw: (item) => (item.kind === 'line' ? lineView(item) : messageView(item.shown)),
  });
};

/** Messages contain names, groups and words such as "today", so a change of these redraws them. */
const namesLook = () => {
  const { people, groups, channelNames, me } = stateNow();
  const today = dayOf(Date.now(), reader());
  return JSON.stringify([me, today, people.map(({ id, name }) => [id, name]), groups, channelNames]);
};

/** @param {Shown} shown */
const lookOf = ({ message, compact, replies, inThread }) =>
  JSON.stringify([
    message,
    compact,
    inThread,
    replies.map(({ ts, user }) => [user, ago(Date.now() - msOf(ts))]),
  ]);

/** @param {Extract<Item, { kind: 'line' }>} line */
const lineView = ({ text, fresh }) =>
  h(
    'div',
    { class: fresh ? 'line line-new' : 'line', role: 'separator', 'aria-label': text },
    h('span', {}, text),
  );

/**
 * @param {ChannelView} channel
 * @param {readonly MessageView[]} messages
 * @param {{ inThread: boolean, firstNew: string }} how
 * @returns {readonly Item[]}
 */
export const timelineItems = (channel, messages, { inThread, firstNew }) => {
  /** @type {Item[]} */
  const items = [];
  /** @type {MessageView | undefined} */
  let before;
  for (const message of messages) {
    const newDay =
      before === undefined || dayOf(msOf(before.ts), reader()) !== dayOf(msOf(message.ts), reader());
    if (newDay && !inThread) {
      const text = dayTitle(msOf(message.ts), reader());
      items.push({ kind: 'line', key: `day ${text}`, text, fresh: false });
    }
    const isNew = message.ts === firstNew && before !== undefined;
    if (isNew) items.push({ kind: 'line', key: 'new', text: 'New', fresh: true });
    const compact = !newDay && !isNew && before !== undefined && goesOn(before, message);
    const parent = channel.messages.find(({ ts }) => ts === message.threadTs);
    const replies = inThread ? [] : repliesTo(channel, message.ts).filter(({ ephemeral }) => !ephemeral);
    items.push({
      kind: 'message',
      key: message.ts,
      shown: { channel: channel.id, channelName: channel.name, message, compact, replies, inThread, parent },
    });
    before = message;
  }
  return items;
};

/** @param {MessageView} before @param {MessageView} message */
const goesOn = (before, message) =>
  before.user === message.user &&
  !before.ephemeral &&
  !message.ephemeral &&
  message.threadTs === null &&
  msOf(message.ts) - msOf(before.ts) < TOGETHER_MS;

/** @param {HTMLElement} scroller */
export const isAtEnd = ({ scrollHeight, scrollTop, clientHeight }) =>
  scrollHeight - scrollTop - clientHeight < NEAR;

/** @param {HTMLElement} scroller */
export const toEnd = (scroller) => {
  scroller.scrollTop = scroller.scrollHeight;
};

/** Keeps the newest message in view if a thread opens beside it or the window is turned. @param {HTMLElement} scroller */
export const stayAtEnd = (scroller) => {
  let atEnd = true;
  scroller.addEventListener('scroll', () => {
    atEnd = isAtEnd(scroller);
  });
  new ResizeObserver(() => {
    if (atEnd) toEnd(scroller);
  }).observe(scroller);
};
