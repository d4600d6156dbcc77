import { avatar } from './avatar.js';
import { byId, h } from './dom.js';
import { icon } from './icons.js';
import { go, nameOf } from './session.js';
import { mrkdwnLine } from './text-view.js';

/** @import { Child } from './dom.js' */
/** @import { Notification } from '../notifications.ts' */

const STAY_MS = 9000;
const STAY_FOR_OTHERS_MS = 20_000;
const MOST = 3;

/** Shows an error, or a message of Slack itself. @param {string} text */
export const showProblem = (text) => {
  const content = [h('p', { class: 'toast-text' }, text)];
  place(byId('toasts'), toast('problem', 'alert', content), { stayMs: STAY_MS, most: MOST });
};

/** Shows a banner as on a phone. A tap goes to the message. @param {Notification} note */
export const showNotification = (note) => {
  const { channel, threadTs, channelName, user, text } = note;
  const content = h(
    'button',
    { type: 'button', class: 'toast-open', onClick: () => go({ channel, thread: threadTs ?? '' }) },
    avatar(user),
    h(
      'span',
      {},
      h('span', { class: 'toast-title' }, `#${channelName}`),
      h('span', { class: 'toast-text' }, h('strong', {}, `${nameOf(user)}: `), mrkdwnLine(text)),
    ),
  );
  place(byId('toasts'), toast('notification', 'status', [content]), { stayMs: STAY_MS, most: MOST });
};

/** Shows the phones of other people who are mentioned. One tap switches to one of them. @param {Notification} note */
export const showOtherPhones = ({ channel, threadTs, channelName, user, text, others }) => {
  const content = [
    h(
      'p',
      { class: 'phones-title' },
      others.length === 1 ? 'Another phone rings' : `${others.length} other phones ring`,
      h('span', {}, ` · #${channelName}`),
    ),
    h('p', { class: 'toast-text' }, h('strong', {}, `${nameOf(user)}: `), mrkdwnLine(text)),
    h(
      'div',
      { class: 'phones-people' },
      others.map((id) =>
        h(
          'button',
          {
            type: 'button',
            class: 'chip',
            'aria-label': `Continue as ${nameOf(id)}`,
            onClick: () => go({ user: id, channel, thread: threadTs ?? '' }),
          },
          avatar(id, 'tiny'),
          nameOf(id),
        ),
      ),
    ),
  ];
  place(byId('phones'), toast('phones', 'status', content), { stayMs: STAY_FOR_OTHERS_MS, most: 1 });
};

/** Removes the banners: they were for the person before the switch. */
export const clearToasts = () => {
  byId('toasts').replaceChildren();
  byId('phones').replaceChildren();
};

/** @param {string} look @param {'alert' | 'status'} role @param {Child} content */
const toast = (look, role, content) => {
  const element = h(
    'div',
    { class: `toast toast-${look}`, role },
    content,
    h(
      'button',
      {
        type: 'button',
        class: 'icon-button toast-close',
        'aria-label': 'Dismiss',
        onClick: () => element.remove(),
      },
      icon('close'),
    ),
  );
  element.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('.toast-open, .chip') !== null) element.remove();
  });
  return element;
};

/** @param {HTMLElement} shelf @param {HTMLElement} element @param {{ stayMs: number, most: number }} how */
const place = (shelf, element, { stayMs, most }) => {
  const same = [...shelf.children].filter(({ textContent }) => textContent === element.textContent);
  for (const old of same) old.remove();
  shelf.append(element);
  while (shelf.children.length > most) shelf.firstElementChild?.remove();
  const leave = () => {
    // While a person reads it or is about to press it, it stays.
    if (element.matches(':hover, :focus-within')) setTimeout(leave, stayMs);
    else element.remove();
  };
  setTimeout(leave, stayMs);
};
