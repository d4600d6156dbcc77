import { h } from './dom.js';
import { pictureOf } from './emoji-pictures.js';

/** @param {string} name @param {string} character */
export const emojiElement = (name, character) => {
  const picture = hasEmojiFont() ? undefined : pictureOf(name);
  const properties = {
    class: 'emoji',
    role: 'img',
    'aria-label': name.replaceAll('_', ' '),
    title: `:${name}:`,
  };
  return h('span', properties, picture ?? character);
};

/** @type {boolean | undefined} */
let known;

/** Whether this machine can draw emoji in colour. A plain server or container often shows empty boxes instead. */
const hasEmojiFont = () => {
  known ??= drawsColour('🔴');
  return known;
};

/** @param {string} character */
const drawsColour = (character) => {
  const canvas = h('canvas', { width: 16, height: 16 });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return true;
  context.font = '14px sans-serif';
  context.textBaseline = 'top';
  context.fillText(character, 0, 0);
  const { data } = context.getImageData(0, 0, 16, 16);
  // Black text leaves only grey pixels.
  return data.some((value, at) => at % 4 === 0 && Math.abs(value - (data[at + 1] ?? value)) > 40);
};
