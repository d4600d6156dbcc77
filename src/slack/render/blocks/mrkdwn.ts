import { withoutEmojiNames } from '../../../domain/text/emoji-names.ts';
import { spaced } from '../../../domain/text/phrase.ts';
import { oneLine } from '../../../domain/text/printable.ts';

/**
 * Text of others in Slack's mrkdwn. Slack escapes nothing but `&`, `<` and `>`, so a mark that could take effect becomes a
 * character that looks the same. A mark inside a word never takes effect, and names are full of them: those stay.
 */

/** For one piece of text, in characters. Whoever has less room cuts further. */
const LONGEST = 2000;

const LONGEST_CODE = 200;

/**
 * One line that cannot mention anyone, link, call a channel, format anything or show an emoji by its name. If a colon of ours
 * follows, it belongs to the text: `:x` would be half a name.
 */
export function escaped(text: string): string {
  return entities(withoutMarks(oneLine(text, LONGEST)));
}

/** Several lines of ours that hold text of others. */
export function escapedLines(text: string): string {
  return text.split('\n').map(escaped).join('\n');
}

/** A name between backticks. Backticks inside it cannot end the code. */
export function code(text: string): string {
  return `\`${entities(oneLine(text, LONGEST_CODE).replaceAll('`', "'")) || '(empty)'}\``;
}

/** Our own sentence, in which whatever stands between backticks is code. Text of others in it has no backticks. */
export function withCode(text: string): string {
  return text
    .split(/`([^`\n]+)`/)
    .map((part, index) => (index % 2 === 1 ? code(part) : spaced(part, escapedLines)))
    .join('');
}

function entities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const LOOKALIKES: Readonly<Record<string, string>> = { '*': '∗', _: 'ˍ', '~': '∼', '`': 'ˋ' };

function withoutMarks(text: string): string {
  return withoutEmojiNames(text)
    .replaceAll(/\*+|_+|~+|`+/g, (run, at: number) =>
      takesEffect(run, text[at - 1], text[at + run.length])
        ? (LOOKALIKES[run.charAt(0)] ?? '').repeat(run.length)
        : run,
    )
    .replace(/^>+/, (run) => '›'.repeat(run.length));
}

/** Beyond both ends of the text there may be anything. In a run of marks, each has another one beside it. */
function takesEffect(run: string, before: string | undefined, after: string | undefined): boolean {
  const [mark] = run;
  const isRun = run.length > 1;
  const opens = !isWord(before) && (after !== ' ' || isRun);
  // A pair needs both. Our own `*` may stand on either side of it, our own `_` closes itself, and `~` is none of ours.
  if (mark === '_') return opens;
  const closes = before !== ' ' && !isWord(after);
  return mark === '`' || isRun || closes || (mark === '*' && opens);
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}
