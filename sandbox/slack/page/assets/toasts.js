import { avatar } from './avatar.js';
import { byId, h } from './dom.js';
import { icon } from './icons.js';
import { go, nameOf } from './session.js';
import { mrkdwnWords } from './text-view.js';

/** @import { Child } from './dom.js' */
/** @import { Notification } from '../notifications.ts' */

const STAY_MS = 9000;
const MOST = 3;

/** What went wrong, or what Slack itself says. @param {string} text */
export const showProblem = (text) => {
  toast('problem', 'alert', [h('p', { class: 'toast-text' }, text)]);
};

/** A banner as a phone shows it; a tap goes to the message. @param {Notification} note @param {boolean} forMe */
export const showNotification = (note, forMe) => {
  const { channel, ts, threadTs, others } = note;
  const open = () => go({ channel, thread: threadTs ?? '' });
  /** @param {string} user */
  const become = (user) => go({ user, channel, thread: threadTs ?? '' });
  toast('notification', 'status', [
    h(
      'button',
      { type: 'button', class: 'toast-open', 'data-ts': ts, onClick: forMe ? open : () => become(others[0] ?? '') },
      avatar(note.user),
      h(
        'span',
        {},
        h('span', { class: 'toast-title' }, `${forMe ? 'Your phone' : phonesOf(others)} · #${note.channelName}`),
        h('span', { class: 'toast-text' }, h('strong', {}, `${nameOf(note.user)}: `), mrkdwnWords(note.text)),
      ),
    ),
    others.length > 0 &&
      h(
        'div',
        { class: 'toast-others' },
        forMe ? 'Rings for ' : 'Continue as ',
        others.map((id) =>
          h('button', { type: 'button', class: 'chip', onClick: () => become(id) }, avatar(id, 'tiny'), nameOf(id)),
        ),
      ),
  ]);
};

/** @param {readonly string[]} people */
const phonesOf = (people) =>
  people.length === 1 ? `${nameOf(people[0] ?? '')}'s phone` : `${people.length} other phones`;

/** @param {string} look @param {'alert' | 'status'} role @param {readonly Child[]} content */
const toast = (look, role, content) => {
  const shelf = byId('toasts');
  const element = h(
    'div',
    { class: `toast toast-${look}`, role },
    content,
    h(
      'button',
      { type: 'button', class: 'icon-button toast-close', 'aria-label': 'Dismiss', onClick: () => element.remove() },
      icon('close'),
    ),
  );
  const leave = () => {
    // somebody who is reading or about to press decides when it goes
    if (element.matches(':hover, :focus-within')) setTimeout(leave, STAY_MS);
    else element.remove();
  };
  for (const same of shelf.children) if (same.textContent === element.textContent) same.remove();
  shelf.append(element);
  while (shelf.children.length > MOST) shelf.firstElementChild?.remove();
  element.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('.toast-open, .chip') !== null) element.remove();
  });
  setTimeout(leave, STAY_MS);
};
