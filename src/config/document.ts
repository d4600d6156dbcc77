import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** A problem or a warning, before it has its line in the file. */
export interface ConfigFinding {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export interface ReadDocument {
  readonly value: unknown;
  /** `rollback.yml:12 sites[0].host.port: should be …`, each once, in the order of the file. */
  readonly lines: (findings: readonly ConfigFinding[]) => readonly string[];
}

/** Reads YAML strictly: a warning of the parser counts as a problem, and so does a key that appears twice. */
export function readDocument(
  text: string,
  file: string,
): ReadDocument | { readonly problems: readonly string[] } {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const problems = [...document.errors, ...document.warnings].map((error) => {
    const { line } = counter.linePos(error.pos[0]);
    const key = text.slice(...error.pos).split('\n')[0] ?? '';
    return error.code === 'DUPLICATE_KEY'
      ? `${file}:${line} ${shown(key)}: appears twice in one place; keep one of them`
      : `${file}:${line}: is not valid YAML: ${oneLine(error.message)}`;
  });
  if (problems.length > 0) return { problems };
  const value = plainValue(document);
  if (value.kind === 'problem') return { problems: [`${file}: is not valid YAML: ${value.message}`] };
  const lines = (findings: readonly ConfigFinding[]) => locatedLines(file, document, counter, findings);
  return { value: value.value, lines };
}

type PlainValue =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'problem'; readonly message: string };

/** An alias without its anchor shows only here, and so do aliases that multiply beyond reason. */
function plainValue(document: Document): PlainValue {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return { kind: 'value', value };
  } catch (error) {
    return { kind: 'problem', message: oneLine(error instanceof Error ? error.message : String(error)) };
  }
}

function locatedLines(
  file: string,
  document: Document,
  counter: LineCounter,
  findings: readonly ConfigFinding[],
): readonly string[] {
  const placed = findings.map(({ path, message }) => {
    const line = counter.linePos(offsetOf(document, path) ?? 0).line;
    const place = path.length === 0 ? '' : ` ${pathText(path)}`;
    return { line, text: `${file}:${line}${place}: ${message}` };
  });
  // Two rules about one key give the same expectation; a person needs it once.
  return [...new Set(placed.toSorted((a, b) => a.line - b.line).map(({ text }) => text))];
}

/** Where the key stands; for a missing key, where the nearest thing around it stands. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | null {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const part of path) {
    const around: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap(around)) {
      const pair = around.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(around) && typeof part === 'number') {
      node = around.items[part];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number | null {
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      const key = shown(String(part));
      return index === 0 ? key : `.${key}`;
    })
    .join('');
}

/** A key as people wrote it. One with unusual characters is put in quotes, so that it can't pass for our words. */
function shown(key: string): string {
  return /^[\w-]{1,40}$/.test(key) ? key : JSON.stringify(key.slice(0, 40).replace(/\P{ASCII}/gu, '?'));
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim();
}
