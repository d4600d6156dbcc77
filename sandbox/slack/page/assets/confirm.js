import { byId, h } from './dom.js';
import { isObject, obj, str } from './json.js';
import { textObject, words } from './text-view.js';

/** @import { Json } from './json.js' */

/**
 * Shows the element's confirmation dialog. Undefined if it has none.
 *
 * @param {Json} confirm
 * @param {HTMLElement} origin gets the focus afterwards
 * @returns {Promise<boolean | undefined>}
 */
export const confirmed = (confirm, origin) => {
  if (!isObject(confirm['title'])) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const style = confirm['style'] === 'danger' ? 'danger' : 'primary';
    const dialog = h(
      'dialog',
      { class: 'dialog confirm', 'aria-labelledby': 'confirm-title', 'aria-describedby': 'confirm-text' },
      h('h2', { id: 'confirm-title' }, words(obj(confirm['title']))),
      h('p', { id: 'confirm-text' }, textObject(obj(confirm['text']))),
      h(
        'div',
        { class: 'dialog-buttons' },
        choice(confirm, 'deny', 'button', () => dialog.close()),
        choice(confirm, 'confirm', `button button-${style}`, () => dialog.close('yes')),
      ),
    );
    dialog.addEventListener('close', () => {
      dialog.remove();
      origin.focus();
      resolve(dialog.returnValue === 'yes');
    });
    byId('dialogs').append(dialog);
    dialog.showModal();
    dialog.querySelector('button')?.focus();
  });
};

/** @param {Json} confirm @param {'deny' | 'confirm'} key @param {string} look @param {() => void} onClick */
const choice = (confirm, key, look, onClick) =>
  h('button', { type: 'button', class: look, onClick }, str(obj(confirm[key])['text']));
