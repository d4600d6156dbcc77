import { createComposer } from './composer.js';
import { byId, h } from './dom.js';
import { icon } from './icons.js';
import { isChannelInView } from './layout.js';
import { countOf } from './message-view.js';
import { act, currentChannel, go, nameOf, repliesTo, session, stateNow, topLevel } from './session.js';
import { channelTitle } from './sidebar.js';
import { drawTimeline, isAtEnd, stayAtEnd, timelineItems, toEnd } from './timeline.js';

/** @import { ChannelView } from '../state.ts' */

/** After a person sends something, the answer scrolls into view, wherever they were. */
const FOLLOW_MS = 5000;
let followUntil = 0;
const follow = () => {
  followUntil = Date.now() + FOLLOW_MS;
};

const composer = createComposer(follow);
const threadComposer = createComposer(follow);

/** Where the "New" line is in the open channel. */
let opened = { key: '', firstNew: '' };
let openedThread = '';
/** The last mark sent to the server, so that each one is sent once. */
let told = '';

export const drawChannel = () => {
  const channel = currentChannel();
  byId('no-channel').hidden = channel !== undefined;
  byId('channel-content').hidden = channel === undefined;
  if (channel === undefined) return;
  drawHead(channel);
  const scroller = byId('messages');
  const key = `${stateNow().me} ${channel.id}`;
  const entering = opened.key !== key;
  if (entering) opened = { key, firstNew: firstUnread(channel) };
  const stick = entering || isAtEnd(scroller) || Date.now() < followUntil;
  drawTimeline(
    byId('message-list'),
    timelineItems(channel, topLevel(channel), { inThread: false, firstNew: opened.firstNew }),
  );
  drawBeginning(channel);
  if (stick) toEnd(scroller);
  const line = entering ? scroller.querySelector('.line-new') : null;
  // The first new message is in view, even if not all of them fit.
  line?.scrollIntoView({ block: 'nearest' });
  showJump();
  composer.show({
    channel: channel.id,
    thread: '',
    placeholder: `Message ${titleOf(channel)}`,
    closed: closedWords(channel),
  });
  markRead(entering);
};

/** @param {ChannelView} channel */
const drawBeginning = (channel) => {
  const place = byId('beginning');
  place.hidden = topLevel(channel).length > 0;
  place.textContent = `This is the beginning of ${titleOf(channel)}. There are no messages yet.`;
};

/** Whether the newest message is in view, or almost. */
export const isAtNewest = () => isAtEnd(byId('messages'));

/** @param {ChannelView} channel */
const titleOf = (channel) => (channel.isDirect ? channelTitle(channel) : `#${channel.name}`);

/** @param {ChannelView} channel */
const closedWords = ({ isArchived }) =>
  isArchived ? 'This channel is archived. Nobody can write here any more.' : '';

/** @param {ChannelView} channel */
const firstUnread = (channel) =>
  topLevel(channel).find(
    ({ ts, user, ephemeral }) => ts > channel.readUpTo && user !== stateNow().me && !ephemeral,
  )?.ts ?? '';

/** @param {ChannelView} channel */
const drawHead = (channel) => {
  const people = channel.members.map(nameOf).join(', ');
  byId('channel-title').replaceChildren(
    ...(channel.isDirect ? [] : [icon(channel.isPrivate ? 'lock' : 'hash')]),
    h('span', {}, channelTitle(channel)),
  );
  const members = byId('channel-members');
  members.textContent = channel.isDirect ? '' : `${channel.members.length} members`;
  members.title = people;
  const elsewhere = stateNow().channels.filter(({ id, unread }) => id !== channel.id && unread > 0);
  const mentions = elsewhere.reduce((sum, one) => sum + one.mentions, 0);
  const badge = byId('drawer-badge');
  badge.hidden = elsewhere.length === 0;
  badge.textContent = mentions > 0 ? String(mentions) : '';
  document.title = `${mentions > 0 ? `(${mentions}) ` : ''}${titleOf(channel)} · ${stateNow().workspace}`;
};

/** Marks everything as read: when the channel opens, and whenever its newest message is in view. */
export const markRead = (entering = false) => {
  const channel = currentChannel();
  if (channel === undefined || !isChannelInView() || !(entering || isAtNewest())) return;
  const newest = channel.messages.findLast(({ ephemeral }) => !ephemeral)?.ts;
  const mark = `${stateNow().me} ${channel.id} ${newest}`;
  if (newest === undefined || newest <= channel.readUpTo || told === mark) return;
  told = mark;
  void act({ type: 'read', channel: channel.id, ts: newest });
};

const showJump = () => {
  byId('jump').hidden = isAtNewest();
};

export const drawThread = () => {
  const channel = currentChannel();
  const { thread } = session.route;
  const parent = channel?.messages.find(({ ts }) => ts === thread);
  const open = channel !== undefined && parent !== undefined;
  document.body.classList.toggle('thread-open', open);
  byId('thread').hidden = !open;
  if (!open) {
    openedThread = '';
    return;
  }
  const entering = openedThread !== thread;
  openedThread = thread;
  byId('thread-channel').textContent = titleOf(channel);
  const scroller = byId('thread-messages');
  const stick = entering || isAtEnd(scroller) || Date.now() < followUntil;
  const replies = repliesTo(channel, thread);
  const shared = replies.filter(({ ephemeral }) => !ephemeral).length;
  const items = timelineItems(channel, [parent, ...replies], { inThread: true, firstNew: '' });
  const count = { kind: /** @type {const} */ ('line'), key: 'count', text: countOf(shared), fresh: false };
  drawTimeline(byId('thread-list'), shared === 0 ? items : [...items.slice(0, 1), count, ...items.slice(1)]);
  if (stick && !entering) toEnd(scroller);
  if (entering) scroller.scrollTop = 0;
  threadComposer.show({ channel: channel.id, thread, placeholder: 'Reply…', closed: closedWords(channel) });
  if (entering) byId('close-thread').focus();
};

export const startChannel = () => {
  byId('composer-place').append(composer.element);
  byId('thread-composer-place').append(threadComposer.element);
  byId('close-thread').append(icon('close'));
  byId('close-thread').addEventListener('click', closeThread);
  byId('open-drawer').prepend(icon('menu'));
  byId('theme').append(icon('sun'), icon('moon'));
  // So that the arrow keys scroll even if there is nothing to press.
  for (const scroller of ['messages', 'thread-messages']) byId(scroller).tabIndex = 0;
  stayAtEnd(byId('messages'));
  byId('messages').addEventListener('scroll', () => {
    showJump();
    markRead();
  });
  byId('jump').addEventListener('click', () => toEnd(byId('messages')));
  document.addEventListener('visibilitychange', () => markRead());
};

export const closeThread = () => {
  const { thread } = session.route;
  go({ thread: '' });
  // The focus returns to where the thread was opened.
  const opener = byId('message-list').querySelector(
    `[data-ts="${CSS.escape(thread)}"] .replies, [data-ts="${CSS.escape(thread)}"] .message-tools button`,
  );
  if (opener instanceof HTMLElement) queueMicrotask(() => opener.focus());
};

export const focusComposer = () => composer.focus();
