import { h } from './dom.js';
import { icon } from './icons.js';
import { nameOf, personOf } from './session.js';

const COLOURS = 8;

/** Initials on a colour that follows from the id, so a person looks the same everywhere. @param {string} id @param {string} [size] */
export const avatar = (id, size = '') => {
  const look = `avatar${size === '' ? '' : ` avatar-${size}`}`;
  if (personOf(id)?.bot === true) return h('span', { class: `${look} avatar-bot`, 'aria-hidden': 'true' }, icon('bot'));
  return h('span', { class: `${look} colour-${colourOf(id)}`, 'aria-hidden': 'true' }, initials(nameOf(id)));
};

/** @param {string} id */
const colourOf = (id) => {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return sum % COLOURS;
};

/** @param {string} name */
const initials = (name) =>
  name
    .split(/[\s._-]+/)
    .filter((word) => word !== '')
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
