import { avatar } from './avatar.js';
import { byId, h, reconcile } from './dom.js';
import { icon } from './icons.js';
import { closeDrawer } from './layout.js';
import { go, nameOf, session, stateNow } from './session.js';

/** @import { ChannelView, PersonView } from '../state.ts' */

export const drawSidebar = () => {
  const state = stateNow();
  byId('workspace-name').textContent = state.workspace;
  drawChannels(
    byId('channels'),
    state.channels.filter(({ isDirect }) => !isDirect),
  );
  const direct = state.channels.filter(({ isDirect }) => isDirect);
  byId('direct-section').hidden = direct.length === 0;
  drawChannels(byId('direct'), direct);
  drawMe();
  drawPeople();
};

/** @param {HTMLElement} list @param {readonly ChannelView[]} channels */
const drawChannels = (list, channels) =>
  reconcile(list, channels, {
    key: ({ id }) => id,
    look: (channel) => JSON.stringify([channelLook(channel), channel.id === session.route.channel]),
    draw: (channel) => h('li', {}, channelButton(channel)),
  });

/** @param {ChannelView} channel */
const channelLook = ({ name, isPrivate, unread, mentions, members }) => [
  name,
  isPrivate,
  unread,
  mentions,
  members,
];

/** @param {ChannelView} channel */
const channelButton = (channel) => {
  const { id, unread, mentions } = channel;
  const current = id === session.route.channel;
  const name = channelTitle(channel);
  const spoken = [name, unread > 0 ? `${unread} unread` : '', mentions > 0 ? `${mentions} for you` : ''];
  return h(
    'button',
    {
      type: 'button',
      class: `channel${unread > 0 ? ' unread' : ''}`,
      'aria-current': current ? 'page' : undefined,
      'aria-label': spoken.filter(Boolean).join(', '),
      'data-control': 'channel',
      onClick: () => {
        go({ channel: id, thread: '' });
        closeDrawer();
      },
    },
    channel.isDirect ? avatar(otherIn(channel), 'tiny') : icon(channel.isPrivate ? 'lock' : 'hash'),
    h('span', { class: 'channel-name' }, name),
    mentions > 0 && h('span', { class: 'badge' }, String(mentions)),
  );
};

/** @param {ChannelView} channel */
const otherIn = ({ members }) => members.find((id) => id !== stateNow().me) ?? '';

/** @param {ChannelView} channel */
export const channelTitle = (channel) => (channel.isDirect ? nameOf(otherIn(channel)) : channel.name);

const drawMe = () => {
  const { people, me } = stateNow();
  const others = people.filter(({ id, mentions }) => id !== me && mentions > 0).length;
  const button = byId('me');
  button.replaceChildren(
    h('span', { class: 'presence-holder' }, avatar(me), h('span', { class: 'presence here' })),
    h('span', { class: 'me-words' }, h('strong', {}, nameOf(me)), h('span', {}, 'Switch person')),
    ...(others > 0 ? [h('span', { class: 'badge' }, String(others))] : []),
    icon('chevron'),
  );
  button.setAttribute(
    'aria-label',
    `You are ${nameOf(me)}. Switch person${others > 0 ? `, ${others} have mentions` : ''}`,
  );
};

const drawPeople = () => {
  const { people, me } = stateNow();
  reconcile(
    byId('people'),
    people.filter(({ bot }) => !bot),
    {
      key: ({ id }) => id,
      look: (person) => JSON.stringify([person, person.id === me]),
      draw: (person) => personItem(person, person.id === me),
    },
  );
};

/** @param {PersonView} person @param {boolean} chosen */
const personItem = ({ id, name, realName, mentions, here, tz }, chosen) =>
  h(
    'button',
    {
      type: 'button',
      role: 'menuitemradio',
      'aria-checked': chosen ? 'true' : 'false',
      'aria-label': `${name}${mentions > 0 && !chosen ? `, ${mentions} unread for them` : ''}`,
      class: 'person',
      'data-control': 'person',
      onClick: () => {
        closePeople(true);
        go({ user: id });
      },
    },
    h(
      'span',
      { class: 'presence-holder' },
      avatar(id),
      h('span', { class: `presence${here ? ' here' : ''}` }),
    ),
    h(
      'span',
      { class: 'me-words' },
      h('strong', {}, name),
      h('span', {}, realName === name ? tz.replace(/^.*\//, '').replaceAll('_', ' ') : realName),
    ),
    mentions > 0 && !chosen && h('span', { class: 'badge' }, String(mentions)),
    chosen && icon('check'),
  );

/** @param {boolean} refocus */
const closePeople = (refocus) => {
  byId('people').hidden = true;
  byId('me').setAttribute('aria-expanded', 'false');
  if (refocus) byId('me').focus();
};

export const startSidebar = () => {
  const menu = byId('people');
  const me = byId('me');
  me.addEventListener('click', () => {
    if (!menu.hidden) {
      closePeople(false);
      return;
    }
    menu.hidden = false;
    me.setAttribute('aria-expanded', 'true');
    const chosen = menu.querySelector('[aria-checked="true"]');
    if (chosen instanceof HTMLElement) chosen.focus();
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (target instanceof Node && !menu.contains(target) && !me.contains(target)) closePeople(false);
  });
  byId('sidebar').addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !menu.hidden) {
      closePeople(true);
      event.stopPropagation();
    }
    const group = menu.contains(document.activeElement) ? '.person' : '.channel';
    moveFocus(event, [...byId('sidebar').querySelectorAll(group)]);
  });
};

/** Arrow keys move through a list; Home and End go to its ends. @param {KeyboardEvent} event @param {readonly Element[]} items */
const moveFocus = (event, items) => {
  const at = document.activeElement === null ? -1 : items.indexOf(document.activeElement);
  if (at === -1) return;
  const places = new Map([
    ['ArrowDown', (at + 1) % items.length],
    ['ArrowUp', (at - 1 + items.length) % items.length],
    ['Home', 0],
    ['End', items.length - 1],
  ]);
  const next = items[places.get(event.key) ?? -1];
  if (!(next instanceof HTMLElement)) return;
  event.preventDefault();
  next.focus();
};
