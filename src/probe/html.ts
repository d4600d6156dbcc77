import { Parser } from 'htmlparser2';

/** A form of a page, as far as we need it for sending. */
export interface HtmlForm {
  /** As the page writes it; empty: the page's own address. */
  readonly action: string;
  /** What a browser would send if nobody typed anything. */
  readonly values: Readonly<Record<string, string>>;
  /** Fields that people see and can type into. */
  readonly visible: readonly string[];
}

type Attributes = Readonly<Record<string, string>>;

/**
 * The first form with method POST and Django's token; null: there is none. As in a browser, a form goes to its own end tag,
 * whatever else is closed in between. A form without an end does not count: the page was cut off, and fields may be missing.
 */
export function postedForm(html: string): HtmlForm | null {
  const ends = Array.from(html.matchAll(/<\/form\b/gi), ({ index }) => index);
  const forms: FormReader[] = [];
  let open: FormReader | undefined;
  let end = -1;
  const parser = new Parser({
    onopentag: (tag, attributes) => {
      const at = parser.startIndex;
      if (at > end) open = undefined;
      if (tag !== 'form') return open?.open(tag, attributes);
      // A form inside another does not count.
      if (open !== undefined) return;
      while (end < at && ends.length > 0) end = ends.shift() ?? -1;
      if (end < at) return;
      open = new FormReader(attributes);
      forms.push(open);
    },
    ontext: (text) => open?.said(text),
    onclosetag: (tag) => open?.close(tag),
  });
  parser.end(html);
  return (
    forms.find(({ isPosted, values }) => isPosted && values['csrfmiddlewaretoken'] !== undefined) ?? null
  );
}

/** The first stylesheet from its own host that a page names. */
export function stylesheetIn(html: string): string | undefined {
  const named: string[] = [];
  const parser = new Parser({
    onopentag: (tag, { href = '' }) => {
      // A second slash, of either kind, leads to another host.
      if (tag === 'link' && /^\/(?![/\\])\S+\.css/.test(href)) named.push(href);
    },
  });
  parser.end(html);
  return named[0];
}

/** What a press on a form's button would send: no button, no file, no box without a tick. */
class FormReader implements HtmlForm {
  readonly action: string;
  readonly isPosted: boolean;
  readonly values: Record<string, string> = {};
  readonly visible: string[] = [];
  /** The field whose end has not been read yet. */
  #field: string | undefined;
  #option: 'chosen' | 'first' | undefined;
  #text = '';

  constructor({ action = '', method = '' }: Attributes) {
    this.action = action;
    this.isPosted = method.toLowerCase() === 'post';
  }

  open(tag: string, attributes: Attributes): void {
    this.#text = '';
    if (tag === 'input') this.#input(attributes);
    if (tag === 'textarea' || tag === 'select') {
      this.#option = undefined;
      this.#field = this.#take(attributes['name'], '', true);
    }
    if (tag === 'option') this.#choose(attributes);
  }

  said(text: string): void {
    this.#text += text;
  }

  close(tag: string): void {
    if (tag !== 'textarea' && tag !== 'select') return;
    if (tag === 'textarea' && this.#field !== undefined) this.values[this.#field] = this.#text.trim();
    this.#field = undefined;
  }

  #input({ name, type = 'text', value = '', checked }: Attributes): void {
    const kind = type.toLowerCase();
    if (['submit', 'button', 'image', 'reset', 'file'].includes(kind)) return;
    if ((kind === 'checkbox' || kind === 'radio') && checked === undefined) return;
    this.#take(name, value, kind !== 'hidden');
  }

  /** A list sends the entry that is selected in it, or else its first one. */
  #choose({ value = '', selected }: Attributes): void {
    if (this.#field === undefined || this.#option === 'chosen') return;
    if (selected === undefined && this.#option === 'first') return;
    this.values[this.#field] = value;
    this.#option = selected === undefined ? 'first' : 'chosen';
  }

  #take(name: string | undefined, value: string, isVisible: boolean): string | undefined {
    if (name === undefined) return undefined;
    this.values[name] = value;
    if (isVisible) this.visible.push(name);
    return name;
  }
}
