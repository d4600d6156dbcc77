import { h } from './dom.js';
import { elementView, imageView } from './elements-view.js';
import { isObject, list, obj, str } from './json.js';
import { richText } from './rich-text-view.js';
import { textObject, words } from './text-view.js';

/** @import { Place } from './elements-view.js' */
/** @import { Json } from './json.js' */

/** @param {readonly Json[]} blocks @param {Place} place @returns {readonly HTMLElement[]} */
export const blocksView = (blocks, place) => blocks.map((block) => blockView(block, place));

/** @param {Json} block @param {Place} place @param {{ error?: string, entered?: Json }} [more] @returns {HTMLElement} */
export const blockView = (block, place, more = {}) => {
  switch (block['type']) {
    case 'section':
      return sectionView(block, place, more.entered);
    case 'header':
      return h('h3', { class: 'block-header' }, textObject(obj(block['text'])));
    case 'divider':
      return h('hr', { class: 'block-divider' });
    case 'context':
      return h('div', { class: 'block-context' }, list(block['elements']).map(contextElement));
    case 'actions':
      return h(
        'div',
        { class: 'block-actions' },
        list(block['elements']).map((element) =>
          elementView({ place, block, element, input: false, ...enteredOf(more.entered, element) }),
        ),
      );
    case 'input':
      return inputView(block, place, more);
    case 'image':
      return h(
        'figure',
        { class: 'block-image' },
        block['title'] !== undefined && h('figcaption', {}, textObject(obj(block['title']))),
        imageView(block),
      );
    case 'rich_text':
      return richText(block);
    case 'plan':
      return planView(block);
    case 'task_card':
      return h('ul', { class: 'block-plan' }, taskView(block));
    default:
      return h('p', { class: 'unsupported' }, `(a ${str(block['type'])} block cannot be shown here)`);
  }
};

/** @param {Json | undefined} entered @param {Json} element @returns {{ entered?: Json }} */
const enteredOf = (entered, element) => {
  const value = entered?.[str(element['action_id'])];
  return isObject(value) ? { entered: value } : {};
};

/** @param {Json} block @param {Place} place @param {Json | undefined} entered @returns {HTMLElement} */
const sectionView = (block, place, entered) => {
  const accessory = block['accessory'];
  const main = h(
    'div',
    { class: 'section-main' },
    isObject(block['text']) && h('div', { class: 'section-text' }, textObject(block['text'])),
    list(block['fields']).length > 0 &&
      h(
        'div',
        { class: 'section-fields' },
        list(block['fields']).map((field) => h('div', {}, textObject(field))),
      ),
  );
  return h(
    'div',
    { class: 'block-section' },
    main,
    isObject(accessory) &&
      h(
        'div',
        { class: 'section-accessory' },
        elementView({ place, block, element: accessory, input: false, ...enteredOf(entered, accessory) }),
      ),
  );
};

/** @param {Json} element @returns {HTMLElement} */
const contextElement = (element) =>
  element['type'] === 'image' ? imageView(element) : h('span', {}, textObject(element));

let inputCount = 0;

/** @param {Json} block @param {Place} place @param {{ error?: string, entered?: Json }} more @returns {HTMLElement} */
const inputView = (block, place, { error, entered }) => {
  inputCount += 1;
  const id = `input-${inputCount}`;
  const label = words(obj(block['label']));
  const element = obj(block['element']);
  const hint = isObject(block['hint']) ? words(block['hint']) : '';
  const described = [hint === '' ? '' : `${id}-hint`, error === undefined ? '' : `${id}-error`];
  const control = elementView({
    place,
    block,
    element,
    input: true,
    label,
    ...(described.some(Boolean) ? { describedBy: described.filter(Boolean).join(' ') } : {}),
    ...enteredOf(entered, element),
  });
  if (error !== undefined) control.setAttribute('aria-invalid', 'true');
  if (block['optional'] !== true) control.setAttribute('aria-required', 'true');
  return h(
    'div',
    { class: `block-input${error === undefined ? '' : ' has-error'}` },
    h(
      'div',
      { class: 'input-label', 'aria-hidden': 'true', onClick: () => control.focus() },
      label,
      block['optional'] === true && h('span', { class: 'input-optional' }, ' (optional)'),
    ),
    control,
    error !== undefined && h('p', { class: 'input-error', id: `${id}-error`, role: 'alert' }, error),
    hint !== '' && h('p', { class: 'input-hint', id: `${id}-hint` }, hint),
  );
};

/** @param {Json} block @returns {HTMLElement} */
const planView = (block) =>
  h(
    'div',
    { class: 'plan' },
    h('strong', {}, str(block['title'])),
    h('ul', { class: 'block-plan' }, list(block['tasks']).map(taskView)),
  );

const MARKS = { pending: '○', in_progress: '◐', complete: '✓', error: '✕' };

/** @param {Json} task @returns {HTMLElement} */
const taskView = (task) => {
  const status = str(task['status']);
  const mark = Object.entries(MARKS).find(([name]) => name === status)?.[1] ?? '○';
  return h(
    'li',
    { class: `task task-${status}` },
    h('span', { class: 'task-mark', role: 'img', 'aria-label': status.replace('_', ' ') }, mark),
    h('div', {}, str(task['title']), [task['details'], task['output']].filter(isObject).map(richText)),
  );
};
