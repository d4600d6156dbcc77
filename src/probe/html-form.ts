/** A form of a page, as far as sending it needs. */
export interface HtmlForm {
  /** As the page writes it; empty: the page's own address. */
  readonly action: string;
  /** What a browser would send if nobody typed anything. */
  readonly values: Readonly<Record<string, string>>;
  /** Fields that people see and can type into. */
  readonly visible: readonly string[];
}

/** The first form that is posted and has Django's token; null: there is none. */
export function postedForm(html: string): HtmlForm | null {
  for (const [, attributes = '', body = ''] of html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)) {
    const form = attributesOf(attributes);
    const read = fieldsOf(body);
    if (form['method']?.toLowerCase() === 'post' && read.values['csrfmiddlewaretoken'] !== undefined)
      return { action: form['action'] ?? '', ...read };
  }
  return null;
}

/** What a press on a button would send: no button, no file, no box that is not ticked. */
function fieldsOf(body: string): Pick<HtmlForm, 'values' | 'visible'> {
  const values: Record<string, string> = {};
  const visible: string[] = [];
  const fields = /<(input|textarea|select)\b([^>]*?)\/?>(?:([\s\S]*?)<\/(?:textarea|select)>)?/gi;
  for (const found of body.matchAll(
    /<input\b[^>]*>|<(?:textarea|select)\b[\s\S]*?<\/(?:textarea|select)>/gi,
  )) {
    const [, tag = '', text = '', content = ''] = new RegExp(fields.source, 'i').exec(found[0]) ?? [];
    const { name, type = 'text', value = '', checked } = attributesOf(text);
    const kind = tag.toLowerCase() === 'input' ? type.toLowerCase() : tag.toLowerCase();
    if (name === undefined || ['submit', 'button', 'image', 'reset', 'file'].includes(kind)) continue;
    if ((kind === 'checkbox' || kind === 'radio') && checked === undefined) continue;
    values[name] =
      kind === 'select' ? selected(content) : kind === 'textarea' ? unescaped(content.trim()) : value;
    if (kind !== 'hidden') visible.push(name);
  }
  return { values, visible };
}

function selected(options: string): string {
  const all = [...options.matchAll(/<option\b([^>]*)>/gi)].map(([, text = '']) => attributesOf(text));
  return (all.find((one) => one['selected'] !== undefined) ?? all[0])?.['value'] ?? '';
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const all = text.matchAll(/([^\s"'=<>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g);
  return Object.fromEntries(
    [...all].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      unescaped(double ?? single ?? bare ?? ''),
    ]),
  );
}

function unescaped(text: string): string {
  return text
    .replaceAll(/&#x([0-9a-f]{1,6});/gi, (_, digits: string) => character(Number.parseInt(digits, 16)))
    .replaceAll(/&#(\d{1,7});/g, (_, digits: string) => character(Number(digits)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function character(point: number): string {
  return point <= 0x10_ff_ff ? String.fromCodePoint(point) : '';
}
