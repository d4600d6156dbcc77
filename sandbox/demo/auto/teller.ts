import { type LocalSlack, type Message, plainText, type SlackEvent } from '../../slack/local-slack.ts';
import { nameOf } from '../people.ts';
import { WIDTH, wrap } from '../wrap.ts';
import { type Names, plain } from './plain.ts';

/** Prints the story as it happens: who sees what, in order. */
export interface Teller {
  /** A paragraph that nobody in the story says. */
  readonly narrate: (text: string) => void;
  /** Something that a person does. */
  readonly act: (person: string, where: string, what: string) => void;
  readonly print: (line: string) => void;
}

const MARGIN = ' '.repeat(10);
const BAR = `${MARGIN}│ `;

/** Removes `elide` from paths: where the host's files are on this machine is of no interest. */
export function createTeller(slack: LocalSlack, elide: string, print: (line: string) => void): Teller {
  /** The message whose edits are being printed: they share one header. */
  let continued: string | null = null;
  const names = {
    user: (id: string) => nameOf(slack, id),
    channel: (id: string) => channelName(slack, id),
  };
  const header = (text: string) => {
    continued = null;
    print('');
    print(`${clock()}  ${text}`);
  };
  const body = (lines: readonly string[]) => {
    for (const line of lines)
      for (const part of wrap(line, WIDTH - BAR.length, hanging(line))) print(`${BAR}${part}`.trimEnd());
  };
  const readable = (message: Message) =>
    visibleLines(message).map((line) => plain(line, names).replaceAll(elide, ''));
  const tell = (event: SlackEvent) => {
    if (event.type === 'message' || event.type === 'ephemeral') {
      if (event.message.user !== slack.botUserId) return;
      header(`${whereIs(event.message, names)}  rollback-bot`);
      body(readable(event.message));
    } else if (event.type === 'edit') {
      const before = new Set(visibleLines(event.previous));
      const news = visibleLines(event.message).filter((line) => !before.has(line) && !isPending(line));
      if (news.length === 0) return;
      if (continued !== event.message.ts)
        header(`${whereIs(event.message, names)}  rollback-bot edits "${titleOf(event.previous, names)}"`);
      continued = event.message.ts;
      body(news.map((line) => plain(line, names).replaceAll(elide, '')));
    }
  };
  slack.onEvent(tell);
  return {
    print,
    narrate: (text) => {
      continued = null;
      print('');
      for (const line of wrap(text, WIDTH)) print(line);
    },
    act: (person, where, what) => {
      header(`${where}  ${nameOf(slack, person)} ${what}`);
    },
  };
}

export function channelName(slack: LocalSlack, id: string): string {
  return slack.channels().find((channel) => channel.id === id)?.name ?? id;
}

function whereIs(message: Message, names: Names): string {
  const channel = `#${names.channel(message.channel)}`;
  if (message.ephemeralFor !== undefined)
    return `${channel}, only ${names.user(message.ephemeralFor)} sees it:`;
  return message.threadTs === undefined ? channel : `${channel}, in the thread`;
}

const TITLE_MAX = 40;

function titleOf(message: Message, names: Names): string {
  const title = plain(visibleLines(message)[0] ?? '', names);
  return title.length <= TITLE_MAX ? title : `${title.slice(0, TITLE_MAX).trimEnd()} …`;
}

/** The message's lines with its buttons on one line, and without the questions that a button asks when it is pressed. */
function visibleLines(message: Message): readonly string[] {
  const lines: string[] = [];
  for (const line of plainText(message).split('\n')) {
    const isButton = /^\[[^\]]+\]$/.test(line);
    const last = lines.at(-1) ?? '';
    if (line.startsWith('{')) continue;
    if (isButton && last.startsWith('[') && last.endsWith(']')) lines[lines.length - 1] = `${last}  ${line}`;
    else lines.push(line);
  }
  return lines;
}

/** A step that has not ended yet. The edit that says how it ended is enough. */
function isPending(line: string): boolean {
  return /^:(?:white_small_square|arrow_forward):/.test(line);
}

/** The indent of a wrapped line: it continues under its text, not under its number or sign. */
function hanging(line: string): string {
  return ' '.repeat(/^(?:\d+\. |[✓✗!▸·?•] )/.exec(line)?.[0].length ?? 0);
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
