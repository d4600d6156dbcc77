import { oneLine } from '../domain/text/printable.ts';
import { utc } from './text.ts';

/** How the same facts are written in one place: in a message, in a terminal, in a Markdown file. */
export interface Voice {
  /** A Slack user or user group. */
  readonly person: (id: string) => string;
  readonly moment: (iso: string) => string;
  /** Text that others wrote, or that may contain some. */
  readonly text: (text: string) => string;
  readonly strong: (words: string) => string;
}

/** For one piece of text, in characters. */
const LONGEST = 2000;

const inTerminal = (text: string) => oneLine(text, LONGEST);

export const plainVoice: Voice = {
  person: inTerminal,
  moment: utc,
  text: inTerminal,
  strong: (words) => words,
};
