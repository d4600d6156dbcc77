import { confirmed } from './confirm.js';
import { h } from './dom.js';
import { list, obj, str } from './json.js';
import { act, stateNow } from './session.js';
import { textObject, words } from './text-view.js';
import { showProblem } from './toasts.js';

/** @import { Json } from './json.js' */

/**
 * Where an element is. An action on it has to name that.
 *
 * @typedef {{ readonly modal?: string, readonly channel?: string, readonly ts?: string }} Place
 * @typedef {string | readonly string[] | null} Entry
 * @typedef {{ place: Place, block: Json, element: Json, input: boolean, label?: string, describedBy?: string, entered?: Json }} Spot
 */

/** Entries that were not sent yet, so that a redraw does not lose them. @type {Map<string, Entry>} */
const drafts = new Map();

/** @param {Spot} spot */
const draftKey = ({ place, block, element }) =>
  [place.modal ?? `${place.channel} ${place.ts}`, str(block['block_id']), str(element['action_id'])].join(
    ' ',
  );

/** @param {string} modal @param {string} block @param {string} action */
export const draftOf = (modal, block, action) => drafts.get([modal, block, action].join(' '));

/** What stands in the text fields of the message around a button, by block. Slack's client sends it with the press. @param {HTMLElement} button */
const typedAround = (button) => {
  const fields = button.closest('.message')?.querySelectorAll('.block-input .text-input') ?? [];
  const typed = [...fields].flatMap((field) =>
    field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement
      ? [[(field.dataset['control'] ?? '').split(' ')[0], field.value]]
      : [],
  );
  return typed.length === 0 ? {} : { typed: Object.fromEntries(typed) };
};

/** @param {Spot} spot @returns {HTMLElement} */
export const elementView = (spot) => {
  switch (spot.element['type']) {
    case 'button':
      return buttonView(spot);
    case 'static_select':
    case 'users_select':
      return selectView(spot);
    case 'radio_buttons':
    case 'checkboxes':
      return choicesView(spot);
    case 'plain_text_input':
      return textInputView(spot);
    case 'image':
      return imageView(spot.element);
    default:
      return h('span', { class: 'unsupported' }, `(${str(spot.element['type'])} cannot be shown here)`);
  }
};

/** @param {Json} element @returns {HTMLElement} */
export const imageView = (element) =>
  h('img', { src: str(element['image_url']), alt: str(element['alt_text']), loading: 'lazy' });

/** @param {Spot} spot @returns {HTMLElement} */
const buttonView = ({ place, block, element }) => {
  const style = str(element['style']);
  const url = str(element['url']);
  const label = str(obj(element['text'])['text']);
  const button = h(
    'button',
    {
      type: 'button',
      class: `button${style === '' ? '' : ` button-${style}`}`,
      'data-control': `${str(block['block_id'])} ${str(element['action_id'])}`,
      'aria-label': str(element['accessibility_label']) || undefined,
      onClick: () => click(),
    },
    h('span', {}, textObject(obj(element['text']))),
  );
  const click = async () => {
    const answer = await confirmed(obj(element['confirm']), button);
    if (answer === false) return;
    if (/^https?:\/\//i.test(url)) open(url, '_blank', 'noopener');
    const action = { type: 'click', ...place, label: unescapedLabel(label), confirm: answer };
    await busy(button, { ...action, ...typedAround(button) });
  };
  return button;
};

/** The label as people read it: the scripting interface uses that. @param {string} label */
const unescapedLabel = (label) =>
  label.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Sends an action and shows that the app has not answered yet. @param {HTMLElement} control @param {Readonly<Record<string, unknown>>} action */
const tell = async (control, action) => {
  control.setAttribute('aria-busy', 'true');
  const result = await act(action);
  control.removeAttribute('aria-busy');
  if (!result.ok && result.error !== undefined) showProblem(result.error);
};

/** Ignores a second click before the answer to the first. A second choice is not ignored. @param {HTMLElement} control @param {Readonly<Record<string, unknown>>} action */
const busy = async (control, action) => {
  if (control.getAttribute('aria-busy') !== 'true') await tell(control, action);
};

/** Outside an input block, a choice is sent at once. @param {Spot} spot @param {HTMLElement} control @param {Entry} entry @param {() => void} undo */
const choose = async (spot, control, entry, undo) => {
  if (spot.input && spot.block['dispatch_action'] !== true) {
    drafts.set(draftKey(spot), entry);
    return;
  }
  const answer = await confirmed(obj(spot.element['confirm']), control);
  if (answer === false) {
    undo();
    return;
  }
  drafts.set(draftKey(spot), entry);
  const { block, element, place } = spot;
  const names = { block: str(block['block_id']), action: str(element['action_id']) };
  await tell(control, { type: 'select', ...place, ...names, entry, confirm: answer });
};

/** @param {Spot} spot @returns {Readonly<Record<string, string | undefined>>} */
const named = ({ block, element, label, describedBy }) => ({
  'aria-label': label ?? (words(obj(block['text'])) || words(obj(element['placeholder'])) || undefined),
  'aria-describedby': describedBy,
  'data-control': `${str(block['block_id'])} ${str(element['action_id'])}`,
});

/** The values that are chosen now. @param {Spot} spot @returns {readonly string[]} */
const chosenValues = (spot) => {
  const draft = drafts.get(draftKey(spot));
  if (draft !== undefined) return draft === null ? [] : typeof draft === 'string' ? [draft] : draft;
  const { element, entered = {} } = spot;
  const one = entered['selected_user'] ?? element['initial_user'];
  if (typeof one === 'string') return [one];
  const options = [
    ...list(entered['selected_options'] ?? element['initial_options']),
    obj(entered['selected_option'] ?? element['initial_option']),
  ];
  return options.map((option) => str(option['value'])).filter((value) => value !== '');
};

/** @param {Spot} spot @returns {HTMLElement} */
const selectView = (spot) => {
  const { element } = spot;
  const [now = ''] = chosenValues(spot);
  const placeholder = words(obj(element['placeholder'])) || 'Select an option';
  /** @param {Json} option */
  const optionView = (option) => {
    const value = str(option['value']);
    return h('option', { value, selected: value === now }, words(obj(option['text'])));
  };
  const people = stateNow().people.map(({ id, name }) =>
    h('option', { value: id, selected: id === now }, name),
  );
  const options =
    element['type'] === 'users_select'
      ? people
      : [
          ...list(element['options']).map(optionView),
          ...list(element['option_groups']).map((group) =>
            h('optgroup', { label: words(obj(group['label'])) }, list(group['options']).map(optionView)),
          ),
        ];
  const select = h(
    'select',
    {
      class: 'select',
      autofocus: element['focus_on_load'] === true,
      ...named(spot),
      onChange: () => changed(),
    },
    h('option', { value: '', disabled: !spot.input, selected: now === '' }, placeholder),
    options,
  );
  const changed = () =>
    choose(spot, select, select.value === '' ? null : select.value, () => {
      select.value = now;
    });
  return select;
};

let groupCount = 0;

/** @param {Spot} spot @returns {HTMLElement} */
const choicesView = (spot) => {
  const { element } = spot;
  const many = element['type'] === 'checkboxes';
  const now = chosenValues(spot);
  groupCount += 1;
  const name = `choices-${groupCount}`;
  const inputs = list(element['options']).map((option) => {
    const value = str(option['value']);
    const input = h('input', {
      type: many ? 'checkbox' : 'radio',
      name,
      value,
      'data-control': `${str(element['action_id'])} ${value}`,
      onChange: () => changed(),
    });
    input.checked = now.includes(value);
    return { option, input };
  });
  const changed = () => {
    const values = inputs.filter(({ input }) => input.checked).map(({ input }) => input.value);
    return choose(spot, group, many ? values : (values[0] ?? null), () => {
      for (const { input } of inputs) input.checked = now.includes(input.value);
    });
  };
  const group = h(
    'div',
    { class: 'choices', role: many ? 'group' : 'radiogroup', ...named(spot) },
    inputs.map(({ option, input }) =>
      h(
        'label',
        { class: 'choice' },
        input,
        h(
          'span',
          {},
          textObject(obj(option['text'])),
          option['description'] !== undefined && h('small', {}, textObject(obj(option['description']))),
        ),
      ),
    ),
  );
  return group;
};

/** @param {Spot} spot @returns {HTMLElement} */
const textInputView = (spot) => {
  const { element, block, entered = {} } = spot;
  const draft = drafts.get(draftKey(spot));
  const value = typeof draft === 'string' ? draft : str(entered['value'] ?? element['initial_value']);
  const properties = {
    class: 'text-input',
    placeholder: words(obj(element['placeholder'])) || undefined,
    autocomplete: 'off',
    maxlength: element['max_length'],
    autofocus: element['focus_on_load'] === true,
    ...named(spot),
  };
  const field =
    element['multiline'] === true
      ? h('textarea', { ...properties, rows: 4 })
      : h('input', { ...properties, type: 'text' });
  field.value = value;
  field.addEventListener('input', () => drafts.set(draftKey(spot), field.value));
  if (block['dispatch_action'] === true) {
    field.addEventListener('keydown', (event) => {
      if (!(event instanceof KeyboardEvent) || event.key !== 'Enter' || event.shiftKey) return;
      event.preventDefault();
      void choose(spot, field, field.value, () => undefined);
    });
  }
  return field;
};
