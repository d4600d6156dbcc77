import { h } from './dom.js';
import { icon } from './icons.js';
import { nameOf, personOf, stateNow } from './session.js';

const COLOURS = 8;

/** Initials on a colour that depends on the id, so a person looks the same everywhere. @param {string} id @param {string} [size] */
export const avatar = (id, size = '') => {
  const look = `avatar${size === '' ? '' : ` avatar-${size}`}`;
  if (personOf(id)?.bot === true)
    return h('span', { class: `${look} avatar-bot`, 'aria-hidden': 'true' }, icon('bot'));
  return h('span', { class: `${look} colour-${colourOf(id)}`, 'aria-hidden': 'true' }, initials(nameOf(id)));
};

/** The colour depends on the position of the id among all ids, so a small number of people never share one. @param {string} id */
const colourOf = (id) => {
  const ids = stateNow().people.map((person) => person.id);
  return Math.max(ids.toSorted().indexOf(id), 0) % COLOURS;
};

/** @param {string} name */
const initials = (name) =>
  name
    .split(/[\s._-]+/)
    .filter((word) => word !== '')
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
