import {
  closeThread,
  drawChannel,
  drawThread,
  focusComposer,
  markRead,
  startChannel,
} from './channel-view.js';
import { byId } from './dom.js';
import { arrange, closeDrawer, isChannelInView, isNarrow, startLayout, startTheme } from './layout.js';
import { showModals } from './modal-view.js';
import { currentChannel, go, nameOf, readRoute, session } from './session.js';
import { drawSidebar, startSidebar } from './sidebar.js';
import { mrkdwnWords } from './text-view.js';
import { clearToasts, showNotification, showOtherPhones, showProblem } from './toasts.js';

/** @import { Notification } from '../notifications.ts' */
/** @import { PageState } from '../state.ts' */

const RETRY_MS = 1000;

/** @type {EventSource | undefined} */
let source;

const connect = () => {
  source?.close();
  const { user } = session.route;
  const live = new EventSource(`/page/events?user=${encodeURIComponent(user)}`);
  source = live;
  live.addEventListener('state', ({ data }) => {
    byId('offline').hidden = true;
    /** @type {PageState} */
    const state = JSON.parse(data);
    take(state);
  });
  live.addEventListener('notification', ({ data }) => ring(JSON.parse(data)));
  live.addEventListener('notice', ({ data }) => showProblem(String(JSON.parse(data).text)));
  live.addEventListener('error', () => {
    if (live !== source) return;
    byId('offline').hidden = false;
    // The browser tries again on its own, unless the server refused.
    if (live.readyState === EventSource.CLOSED) setTimeout(() => void reconnect(live), RETRY_MS);
  });
};

/** @param {EventSource} lost */
const reconnect = async (lost) => {
  if (lost !== source) return;
  const { user } = session.route;
  const response = await fetch(`/page/state?user=${encodeURIComponent(user)}`).catch(() => undefined);
  if (lost !== source) return;
  // A person who no longer exists, or a mistyped address.
  if (response?.status === 404 && user !== '') go({ user: '', channel: '', thread: '' });
  else connect();
};

/** @param {PageState} state */
const take = (state) => {
  session.state = state;
  const { route } = session;
  const known = state.channels.some(({ id }) => id === route.channel);
  const first = state.channels.find(({ mentions }) => mentions > 0) ?? state.channels[0];
  if (route.user === state.me && known) {
    draw();
    return;
  }
  const channel = known ? route.channel : (first?.id ?? '');
  const next = { user: state.me, channel, thread: known ? route.thread : '' };
  session.route = next;
  history.replaceState(null, '', `#/${[next.user, next.channel, next.thread].filter(Boolean).join('/')}`);
  draw();
};

const draw = () => {
  if (session.state === undefined) return;
  drawSidebar();
  drawChannel();
  drawThread();
  arrange();
  showModals(session.state.modals);
  document.body.classList.add('ready');
};

/** A new post: shows a banner unless the person can already see the post, and tells screen readers. @param {Notification} note */
const ring = (note) => {
  const { channel, thread } = session.route;
  const inChannel = note.threadTs === null && channel === note.channel && isChannelInView();
  const inThread = note.threadTs !== null && thread === note.threadTs && !document.hidden;
  const seen = inChannel || inThread;
  const forMe = note.mine && !seen;
  if (seen) byId('announcer').textContent = `${nameOf(note.user)}: ${mrkdwnWords(note.text)}`;
  if (forMe) showNotification(note);
  if (note.others.length > 0) showOtherPhones(note);
};

const onRoute = () => {
  const before = session.route;
  session.route = readRoute();
  if (session.route.user !== before.user || session.state === undefined) {
    session.state = undefined;
    clearToasts();
    connect();
    return;
  }
  draw();
  if (session.route.channel !== before.channel && !isNarrow()) focusComposer();
};

/** @param {KeyboardEvent} event */
const onKey = (event) => {
  if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
  if (event.key === 'Escape') {
    if (document.body.classList.contains('drawer-open')) closeDrawer();
    else if (session.route.thread !== '') closeThread();
  }
};

const start = () => {
  startTheme();
  startSidebar();
  startChannel();
  startLayout();
  session.route = readRoute();
  addEventListener('hashchange', onRoute);
  addEventListener('keydown', onKey);
  addEventListener('focus', () => markRead());
  connect();
  // Dates such as "today" and "2 minutes ago" must be redrawn.
  setInterval(() => currentChannel() !== undefined && draw(), 60_000);
};

start();
