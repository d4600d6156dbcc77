import { h } from './dom.js';

/** @param {string} name @param {string} character */
export const emojiElement = (name, character) =>
  h('span', { class: 'emoji', role: 'img', 'aria-label': name.replaceAll('_', ' '), title: `:${name}:` }, character);
