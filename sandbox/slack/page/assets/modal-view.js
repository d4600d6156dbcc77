import { blockView } from './blocks-view.js';
import { byId, h } from './dom.js';
import { draftOf } from './elements-view.js';
import { icon } from './icons.js';
import { list, obj, str } from './json.js';
import { act } from './session.js';
import { textObject, words } from './text-view.js';
import { showProblem } from './toasts.js';

/** @import { ModalView } from '../state.ts' */

/** @type {{ dialog: HTMLDialogElement, look: string, id: string } | undefined} */
let shown;

/** Shows the top of the stack. Entries stay if the app changes the view. @param {readonly ModalView[]} stack */
export const showModals = (stack) => {
  const top = stack.at(-1);
  if (top === undefined) {
    close();
    return;
  }
  const look = JSON.stringify(top);
  if (shown?.look === look) return;
  if (shown !== undefined && shown.id !== top.id) close();
  const focused = focusedControl();
  const dialog = shown?.dialog ?? openDialog();
  shown = { dialog, look, id: top.id };
  dialog.replaceChildren(modalView(top, stack.length));
  focusIn(dialog, focused);
};

const close = () => {
  const dialog = shown?.dialog;
  shown = undefined;
  dialog?.close();
  dialog?.remove();
};

const openDialog = () => {
  const dialog = h('dialog', { class: 'dialog modal', 'aria-labelledby': 'modal-title' });
  dialog.addEventListener('cancel', (event) => {
    // The app may want to be told, so Slack closes the modal, not the browser.
    event.preventDefault();
    if (shown !== undefined) void leave(shown.id, false);
  });
  byId('dialogs').append(dialog);
  dialog.showModal();
  return dialog;
};

/** @param {string} modal @param {boolean} all */
const leave = async (modal, all) => {
  const { ok, error } = await act({ type: 'close', modal, all });
  if (!ok && error !== undefined) showProblem(error);
};

/** @param {ModalView} modal @param {number} depth */
const modalView = (modal, depth) => {
  const { view, errors, entered, id } = modal;
  const submitText = words(obj(view['submit']));
  const submit = h(
    'button',
    {
      type: 'submit',
      class: 'button button-primary',
      'data-control': 'submit',
      disabled: view['submit_disabled'] === true,
    },
    h('span', {}, submitText),
  );
  return h(
    'form',
    { novalidate: true, onSubmit: (/** @type {Event} */ event) => void submitModal(event, modal, submit) },
    h(
      'header',
      { class: 'modal-head' },
      h('h2', { id: 'modal-title' }, textObject(obj(view['title']))),
      h(
        'button',
        {
          type: 'button',
          class: 'icon-button',
          'aria-label': 'Close',
          'data-control': 'close',
          onClick: () => void leave(id, depth > 1),
        },
        icon('close'),
      ),
    ),
    h(
      'div',
      { class: 'modal-body' },
      list(view['blocks']).map((block) => {
        const error = errors[str(block['block_id'])];
        return blockView(
          block,
          { modal: id },
          { entered: obj(entered[str(block['block_id'])]), ...(error === undefined ? {} : { error }) },
        );
      }),
    ),
    h(
      'footer',
      { class: 'dialog-buttons' },
      h(
        'button',
        { type: 'button', class: 'button', 'data-control': 'back', onClick: () => void leave(id, false) },
        words(obj(view['close'])) || 'Cancel',
      ),
      submitText !== '' && submit,
    ),
  );
};

/** @param {Event} event @param {ModalView} modal @param {HTMLElement} submit */
const submitModal = async (event, { id, view }, submit) => {
  event.preventDefault();
  if (submit.getAttribute('aria-busy') === 'true' || words(obj(view['submit'])) === '') return;
  const values = list(view['blocks'])
    .filter((block) => block['type'] === 'input')
    .map((block) => {
      const name = str(block['block_id']);
      return [name, draftOf(id, name, str(obj(block['element'])['action_id']))];
    })
    .filter(([, entry]) => entry !== undefined);
  submit.setAttribute('aria-busy', 'true');
  const result = await act({ type: 'submit', modal: id, values: Object.fromEntries(values) });
  submit.removeAttribute('aria-busy');
  if (!result.ok && result.error !== undefined) showProblem(result.error);
};

const focusedControl = () => {
  const { activeElement } = document;
  return activeElement instanceof HTMLElement && shown?.dialog.contains(activeElement) === true
    ? (activeElement.dataset['control'] ?? '')
    : '';
};

/** Focuses the first wrong field, or the field where the person was, or the first one. @param {HTMLElement} dialog @param {string} focused */
const focusIn = (dialog, focused) => {
  const controls = [...dialog.querySelectorAll('[data-control]')];
  const wrong = dialog.querySelector('[aria-invalid="true"]');
  const same = controls.find((one) => one instanceof HTMLElement && one.dataset['control'] === focused);
  const target =
    wrong ??
    same ??
    dialog.querySelector('[autofocus]') ??
    dialog.querySelector('.modal-body [data-control]');
  const inner = target?.matches('[role$="group"]') === true ? target.querySelector('input') : target;
  if (inner instanceof HTMLElement) inner.focus();
};
