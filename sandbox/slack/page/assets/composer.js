import { helpFor } from './complete.js';
import { h } from './dom.js';
import { icon } from './icons.js';
import { act, session } from './session.js';
import { showProblem } from './toasts.js';

/** @import { Suggestion } from './complete.js' */

/**
 * @typedef {{ readonly channel: string, readonly thread: string, readonly placeholder: string, readonly closed: string }} Place
 * @typedef {{ readonly element: HTMLElement, readonly show: (place: Place) => void, readonly focus: () => void }} Composer
 */

/** Unsent text, by person and place. @type {Map<string, string>} */
const drafts = new Map();

let count = 0;

/** @param {() => void} onSent @returns {Composer} */
export const createComposer = (onSent) => {
  count += 1;
  const listId = `suggestions-${count}`;
  /** @type {Place} */
  let place = { channel: '', thread: '', placeholder: '', closed: '' };
  /** @type {readonly Suggestion[]} */
  let offered = [];
  let picked = -1;

  const field = h('textarea', {
    class: 'composer-text',
    rows: 1,
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': listId,
    'data-control': 'composer',
    enterkeyhint: 'send',
    spellcheck: 'false',
    autocapitalize: 'off',
  });
  const hint = h('p', { class: 'composer-hint' });
  const options = h('ul', { id: listId, class: 'suggestions', role: 'listbox', 'aria-label': 'Suggestions' });
  const send = h(
    'button',
    {
      type: 'button',
      class: 'icon-button composer-send',
      'aria-label': 'Send',
      onClick: () => void submit(),
    },
    icon('send'),
  );
  const box = h('div', { class: 'composer-box' }, field, send);
  const closed = h('p', { class: 'composer-closed' });
  const help = h('div', { class: 'composer-help', hidden: true }, options, hint);
  const element = h('div', { class: 'composer' }, help, box, closed);

  const key = () => [session.route.user, place.channel, place.thread].join(' ');

  const redraw = () => {
    const typed = field.value;
    drafts.set(key(), typed);
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
    send.disabled = typed.trim() === '';
    const { suggestions, sure, hint: usage } = helpFor(typed, session.state?.sites ?? []);
    offered = document.activeElement === field ? suggestions : [];
    picked = sure && offered.length > 0 ? 0 : -1;
    hint.textContent = usage;
    hint.hidden = usage === '';
    drawOptions();
  };

  const drawOptions = () => {
    options.replaceChildren(
      ...offered.map(({ label, says }, at) =>
        h(
          'li',
          {
            id: `${listId}-${at}`,
            role: 'option',
            'aria-selected': at === picked ? 'true' : 'false',
            // Before the field loses the focus.
            onPointerdown: (/** @type {Event} */ event) => {
              event.preventDefault();
              complete(at);
            },
          },
          h('strong', {}, label),
          h('span', {}, says),
        ),
      ),
    );
    options.hidden = offered.length === 0;
    help.hidden = options.hidden && hint.hidden;
    field.setAttribute('aria-expanded', offered.length === 0 ? 'false' : 'true');
    field.setAttribute('aria-activedescendant', picked === -1 ? '' : `${listId}-${picked}`);
    options.children[picked]?.scrollIntoView({ block: 'nearest' });
  };

  /** @param {number} at */
  const complete = (at) => {
    const chosen = offered[at];
    if (chosen === undefined) return;
    field.value = chosen.insert;
    field.setSelectionRange(field.value.length, field.value.length);
    redraw();
  };

  /** @param {number} by */
  const move = (by) => {
    const size = offered.length + 1;
    // One position more than there are suggestions: none of them.
    picked = ((picked + 1 + by + size) % size) - 1;
    drawOptions();
  };

  const submit = async () => {
    const text = field.value;
    if (text.trim() === '') return;
    const { channel, thread } = place;
    field.value = '';
    redraw();
    onSent();
    const result = await act({ type: 'say', channel, text, ...(thread === '' ? {} : { thread }) });
    if (result.ok) return;
    // Keeps what was typed.
    if (field.value === '') field.value = text;
    redraw();
    showProblem(result.error ?? 'The message could not be sent.');
  };

  field.addEventListener('input', redraw);
  field.addEventListener('focus', redraw);
  field.addEventListener('blur', redraw);
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const open = offered.length > 0;
    if (open && (event.key === 'ArrowDown' || event.key === 'ArrowUp'))
      move(event.key === 'ArrowDown' ? 1 : -1);
    else if (open && event.key === 'Tab' && !event.shiftKey) complete(Math.max(picked, 0));
    else if (open && event.key === 'Escape') {
      offered = [];
      picked = -1;
      drawOptions();
      event.stopPropagation();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      if (open && picked !== -1) complete(picked);
      else void submit();
    } else return;
    event.preventDefault();
  });
  box.addEventListener('click', () => field.focus());

  return {
    element,
    focus: () => field.focus(),
    show: (next) => {
      const before = key();
      place = next;
      field.placeholder = next.placeholder;
      field.setAttribute('aria-label', next.placeholder);
      box.hidden = next.closed !== '';
      closed.hidden = next.closed === '';
      closed.textContent = next.closed;
      if (key() === before && field.value === (drafts.get(key()) ?? '')) return;
      field.value = drafts.get(key()) ?? '';
      redraw();
    },
  };
};
