/** One word of a command, or one quoted text. */
export interface Token {
  readonly text: string;
  /** A quoted word is never an option. */
  readonly quoted: boolean;
}

export type Tokens =
  | { readonly kind: 'tokens'; readonly tokens: readonly Token[] }
  | { readonly kind: 'open-quote' };

const DOUBLE_QUOTES = '"“”„‟«»';
const SINGLE_QUOTES = "'‘’‚‛";
/** At least one long dash right before a letter. */
const LONG_DASHES = /^[-‐‑]*[‒–—―−][-‐‑‒–—―−]*(?=\p{L})/u;
const OPTION_WITH_VALUE = /^(--\p{L}[^\s=]*)=(?=\S)/u;

/**
 * Splits at white space. A quote opens only at the start of a word (or after `--option=`), and closes only at the end of
 * one, so that `doesn't` stays a word. Phones turn `"` into curly quotes and `--` into a long dash; both are read as the
 * person meant them.
 */
export function tokenize(text: string): Tokens {
  const tokens: Token[] = [];
  let rest = text.trim();
  while (rest !== '') {
    rest = rest.replace(LONG_DASHES, '--');
    const option = OPTION_WITH_VALUE.exec(rest)?.[1];
    if (option !== undefined) {
      tokens.push({ text: option, quoted: false });
      rest = rest.slice(option.length + 1);
    }
    const next = quotedToken(rest) ?? plainToken(rest);
    if (next.kind === 'open-quote') return next;
    tokens.push(next.token);
    rest = rest.slice(next.length).trimStart();
  }
  return { kind: 'tokens', tokens };
}

/** `--full`, and also `-full` and `---full`: nobody types these and means something else. */
export function isOption(token: Token): boolean {
  return !token.quoted && /^-{1,3}\p{L}/u.test(token.text);
}

type Next =
  | { readonly kind: 'token'; readonly token: Token; readonly length: number }
  | { readonly kind: 'open-quote' };

function plainToken(rest: string): Next {
  const text = /^\S+/.exec(rest)?.[0] ?? '';
  return { kind: 'token', token: { text, quoted: false }, length: text.length };
}

/** null if no quote opens here. */
function quotedToken(rest: string): Next | null {
  const first = rest.charAt(0);
  const family = [DOUBLE_QUOTES, SINGLE_QUOTES].find((quotes) => first !== '' && quotes.includes(first));
  if (family === undefined) return null;
  for (let index = 1; index < rest.length; index += 1) {
    if (family.includes(rest.charAt(index)) && !/^\S/.test(rest.slice(index + 1)))
      return { kind: 'token', token: { text: rest.slice(1, index), quoted: true }, length: index + 1 };
  }
  // A lone single quote is an apostrophe: 'til noon.
  return family === DOUBLE_QUOTES ? { kind: 'open-quote' } : null;
}
