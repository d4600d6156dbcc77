const REDACTED = '[REDACTED]';

/** A private key in full, even if its lines are escaped or its end is missing. */
const PRIVATE_KEY =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g;

/** `scheme://user:password@`; the password may hold an unescaped `@` or `/`. */
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s/@:"']{0,256}):[^\s"']{1,1000}@/gi;
/** `https://token@`; the user of `ssh://git@` is no secret. */
const URL_TOKEN = /\b(https?:\/\/)[^\s/@:"']{1,1000}@/gi;

/** A header and the rest of its line, or of the quotes around it. */
const HEADER =
  /\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key|x-auth-token)((?:\\?["'])?\s{0,8}[:=]\s{0,8}(?:\\?["'])?)(?:(basic|bearer|digest|token)(\s{1,8}))?[^\r\n"'\\]{1,8000}/gi;
const BEARER = /\b(bearer\s{1,8})[\w.~+/=-]{8,}/gi;

/** Tokens of well-known services, with or without a name before them. */
const TOKENS = new RegExp(
  [
    '\\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\\b',
    '\\bxox[a-z](?:\\.[a-z]+)?-[\\w-]{8,}',
    '\\bxapp-[\\w-]{8,}',
    '\\bgh[pousr]_[A-Za-z0-9]{20,}',
    '\\bgithub_pat_\\w{20,}',
    '\\bglpat-[\\w-]{16,}',
    '\\b[sr]k_(?:live|test)_\\w{10,}',
    '\\bsk-[\\w-]{20,}',
    '\\bSG\\.[\\w-]{16,}\\.[\\w-]{16,}',
    '\\bAIza[\\w-]{30,}',
    '\\bpypi-[\\w-]{16,}',
    '\\beyJ[\\w-]{8,}\\.[\\w-]{8,}(?:\\.[\\w-]*)?',
    '(?<=\\bhooks\\.slack\\.com/)[\\w/-]{8,}',
  ].join('|'),
  'g',
);

/** Names that announce a secret. `key` has to be a whole word: `monkey` is none. */
const NAME =
  '(?:passw(?:or)?d|passphrase|secret|token|credential|sessionid|(?<![a-z])dsn|(?<![a-z])key|(?:api|access|private|signing|encryption|auth|license|master|account|service)key|[_-]pass(?![a-z]))';
/** Short ones, which are words as well: only as part of a name, or as a name in capital letters. */
const SHORT_NAME = '(?:(?<![A-Za-z])(?:PW|PWD|PIN)(?![A-Za-z])|[_-](?:pw|pwd|pin)(?![A-Za-z]))';
/** What may come between such a name and the sign of its value: `SECRET_KEY_2`, but not `TokenError`. */
const REST = '(?![\\w.]{0,64}(?:Error|Exception|Warning|DoesNotExist))[\\w.-]{0,64}';
const QUOTED = `"(?:[^"\\\\\\n]|\\\\.){0,8000}"?|'(?:[^'\\\\\\n]|\\\\.){0,8000}'?|\`[^\`\\n]{0,8000}\`?`;
/** Quoted within a quoted text. */
const ESCAPED = '\\\\"(?:(?!\\\\")[^\\n]){0,8000}(?:\\\\")?';

/** The host has redacted some values already, and says which; that has to stay readable. */
const NOT_YET = '(?!\\[REDACTED[ \\]])';

/** `name=value`, `name: value`, `"name": "value"`, `name => value`. */
const named = (name: string, flags: string) =>
  new RegExp(
    `(${name}${REST}(?:\\\\?["'\`])?\\]?\\s{0,8}(?:=>|[:=](?!>))[^\\S\\n]{0,8})${NOT_YET}(?:${ESCAPED}|[bru]?(?:${QUOTED})|[^\\s"'\`][^\\s"']*)`,
    flags,
  );
const NAMED = named(NAME, 'gi');
const NAMED_SHORT = named(SHORT_NAME, 'g');
/** `--password value`, `PASSWORD 'value'`. */
const ARGUMENT = new RegExp(
  `(--?[\\w-]{0,40}${NAME}[\\w-]{0,40}\\s{1,4})${NOT_YET}(?:${QUOTED}|[^\\s"'-]\\S*)`,
  'gi',
);
const QUOTED_AFTER = new RegExp(`(${NAME}\\w{0,40}\\s{1,8})(?:${QUOTED})`, 'gi');
/** Something long with a digit, such as base64 or hex, right after such a name. */
const LONG_AFTER = new RegExp(
  `(${NAME}\\w{0,40}\\s{1,8}(?:is\\s{1,4})?)(?=[A-Za-z+/_=-]{0,200}\\d)[\\w+/=-]{20,}`,
  'gi',
);

/**
 * A text without anything that looks like a secret: names stay, values become `[REDACTED]`. It knows what secrets look like,
 * but not the secrets themselves: the host takes out those of a site's `.env`. Takes linear time, whatever the text.
 */
export function redacted(text: string): string {
  return text
    .replaceAll(PRIVATE_KEY, '[REDACTED PRIVATE KEY]')
    .replaceAll(URL_PASSWORD, `$1:${REDACTED}@`)
    .replaceAll(URL_TOKEN, `$1${REDACTED}@`)
    .replaceAll(HEADER, (_, name: string, sign: string, scheme = '', space = '') => {
      return `${name}${sign}${scheme}${space}${REDACTED}`;
    })
    .replaceAll(BEARER, `$1${REDACTED}`)
    .replaceAll(TOKENS, REDACTED)
    .replaceAll(NAMED, `$1${REDACTED}`)
    .replaceAll(NAMED_SHORT, `$1${REDACTED}`)
    .replaceAll(ARGUMENT, `$1${REDACTED}`)
    .replaceAll(QUOTED_AFTER, `$1${REDACTED}`)
    .replaceAll(LONG_AFTER, `$1${REDACTED}`);
}
