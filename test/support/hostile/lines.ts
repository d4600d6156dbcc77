import { type MarkNode, parseMrkdwn, parsePlain } from '../../../sandbox/slack/page/assets/mrkdwn.js';

/** What has an effect in a line is written out between these. No text of others has them. */
const OPEN = '⟦';
const CLOSE = '⟧';

/** Every line of a message or a modal, as Slack shows it: the kind of its block, and its marks as nodes. */
export function linesOf(value: unknown): readonly string[] {
  return textsIn(value, 'message').flatMap(({ at, nodes }) =>
    lines(nodes).map((line) => `${at}${OPEN}|${CLOSE}${line}`),
  );
}

/** Every line of a text in which Slack reads marks. */
export function linesOfText(text: string): readonly string[] {
  return linesOf({ text, blocks: [] });
}

interface Shown {
  /** What the text belongs to. */
  readonly at: string;
  readonly nodes: readonly MarkNode[];
}

function textsIn(value: unknown, at: string): readonly Shown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, at));
  const { type, text, emoji } = value as { type?: unknown; text?: unknown; emoji?: unknown };
  const here = typeof type === 'string' ? type : at;
  if (typeof text === 'string') {
    if (here === 'plain_text') return [{ at: `${at} plain`, nodes: parsePlain(text, emoji !== false) }];
    if (here === 'text') return [{ at, nodes: [{ type: 'pre', text }] }];
    return [
      { at, nodes: parseMrkdwn(text) },
      ...Object.entries(value).flatMap(([name, inside]) => (name === 'text' ? [] : textsIn(inside, name))),
    ];
  }
  return Object.values(value).flatMap((inside) => textsIn(inside, here));
}

function lines(nodes: readonly MarkNode[]): readonly string[] {
  return nodes
    .map(written)
    .join('')
    .split('\n')
    .filter((line) => line !== '');
}

function written(node: MarkNode): string {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'break':
      return '\n';
    // Output of a program: whatever is in it, people see that it is not ours.
    case 'pre':
      return mark('pre', '');
    case 'code':
      return mark('code', node.text);
    case 'emoji':
      return mark('emoji', node.name);
    case 'bold':
    case 'italic':
    case 'strike':
    case 'quote':
      return mark(node.type, node.children.map(written).join(''));
    case 'date':
      return mark('date', '');
    // A bare address shows where it leads.
    case 'link':
      return node.label === node.url ? node.label : mark(node.type, JSON.stringify(node));
    default:
      return mark(node.type, JSON.stringify(node));
  }
}

function mark(name: string, inside: string): string {
  return `${OPEN}${name} ${inside}${CLOSE}`;
}

/** Lines of ours, in which texts of others have their places. */
export class Lines {
  readonly #exact = new Set<string>();
  readonly #withPlaces = new Map<string, readonly string[]>();

  /** Learns a line in which `place` finds the texts of others. */
  add(line: string, place: RegExp): void {
    const parts = line.split(place);
    if (parts.length === 1) this.#exact.add(line);
    else this.#withPlaces.set(parts.join(OPEN + OPEN), parts);
  }

  /** Is it one of ours, with nothing but text in the places? A line may be cut. */
  has(line: string): boolean {
    if (this.#exact.has(line)) return true;
    const alike = [...this.#withPlaces.values()].filter(([first = '']) => line.startsWith(first));
    if (alike.some((parts) => fits(line, parts))) return true;
    const begun = line.endsWith('…') ? line.slice(0, -1) : null;
    return (
      (line.includes('…') && alike.some((parts) => fits(line, parts, isCut))) ||
      (begun !== null && [...this.#exact, ...this.#withPlaces.keys()].some((one) => one.startsWith(begun)))
    );
  }
}

function fits(
  line: string,
  [first = '', ...rest]: readonly string[],
  otherwise: typeof isCut = () => false,
): boolean {
  if (!line.startsWith(first)) return false;
  const text = line.slice(first.length);
  const [next] = rest;
  if (next === undefined) return text === '';
  const end = rest.length === 1 ? text.length - next.length : text.indexOf(next);
  const isThere = end >= 0 && text.startsWith(next, end) && isText(text.slice(0, end));
  return (isThere && fits(text.slice(end), rest, otherwise)) || otherwise(text, rest);
}

/** Does this text end with a cut, and what comes then is ours, from wherever it goes on? */
function isCut(text: string, parts: readonly string[]): boolean {
  const end = text.search(/…(?!›)/);
  if (end < 0 || !isText(text.slice(0, end))) return false;
  const after = text.slice(end + 1);
  return after === '' || goesOn(after, parts) || isCut(after, parts);
}

function goesOn(after: string, parts: readonly string[]): boolean {
  return parts.some((part, index) =>
    Array.from(part).some((_, from) => fits(after, [part.slice(from), ...parts.slice(index + 1)], isCut)),
  );
}

function isText(part: string): boolean {
  return !part.includes(OPEN) && !part.includes(CLOSE);
}
