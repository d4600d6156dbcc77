/** The only way in which this page makes elements. Text stays text, whoever wrote it. */

/** @typedef {Node | string | null | undefined | false | readonly Child[]} Child */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, unknown>>} [properties] attributes; `on…` adds a listener
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const h = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') {
      element.addEventListener(name.slice(2).toLowerCase(), /** @type {(event: Event) => void} */ (value));
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (typeof value === 'string' || typeof value === 'number') {
      element.setAttribute(name, `${value}`);
    }
  }
  element.append(...nodesOf(children));
  return element;
};

/** @param {Child} child @returns {(Node | string)[]} */
const nodesOf = (child) => {
  if (child === null || child === undefined || child === false) return [];
  return typeof child === 'string' || child instanceof Node ? [child] : child.flatMap(nodesOf);
};

/** An element of the page's own HTML. @param {string} id @returns {HTMLElement} */
export const byId = (id) => {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
};

/** The item of each drawn child. Kept outside the page, which would otherwise hold the text of files twice. @type {WeakMap<Element, { key: string, look: string }>} */
const drawn = new WeakMap();

/**
 * Draws `items` as the children of `parent`. Children that look the same stay, so they keep the focus, and open details stay
 * open.
 *
 * @template Item
 * @param {HTMLElement} parent
 * @param {readonly Item[]} items
 * @param {{ key: (item: Item) => string, look: (item: Item) => string, draw: (item: Item) => HTMLElement }} how
 */
export const reconcile = (parent, items, { key, look, draw }) => {
  const before = new Map([...parent.children].map((child) => [keyOf(child), child]));
  const focused = focusPath(parent);
  /** @type {Element | null} */
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const wanted = look(item);
    const old = before.get(name);
    before.delete(name);
    if (old !== undefined && drawn.get(old)?.look === wanted) {
      if (old === place) place = place.nextElementSibling;
      else parent.insertBefore(old, place);
      continue;
    }
    const fresh = draw(item);
    drawn.set(fresh, { key: name, look: wanted });
    parent.insertBefore(fresh, place);
    if (old !== undefined) {
      if (old === place) place = place.nextElementSibling;
      old.remove();
    }
  }
  for (const gone of before.values()) gone.remove();
  refocus(parent, focused);
};

/** @param {Element} element */
const keyOf = (element) => drawn.get(element)?.key ?? '';

/** @typedef {{ readonly key: string, readonly control: string } | undefined} FocusPath */

/** The control and the child that have the focus. @param {HTMLElement} parent @returns {FocusPath} */
const focusPath = (parent) => {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement) || !parent.contains(activeElement)) return undefined;
  const child = [...parent.children].find((one) => one.contains(activeElement));
  const control = activeElement.dataset['control'];
  return child === undefined || control === undefined ? undefined : { key: keyOf(child), control };
};

/** @param {HTMLElement} parent @param {FocusPath} path */
const refocus = (parent, path) => {
  if (path === undefined || parent.contains(document.activeElement)) return;
  const child = [...parent.children].find((one) => keyOf(one) === path.key);
  for (const control of child?.querySelectorAll('[data-control]') ?? [])
    if (control instanceof HTMLElement && control.dataset['control'] === path.control) control.focus();
};
