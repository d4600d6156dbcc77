/** Slack's markup as a person sees it, in characters that every terminal has. */

const SIGNS: Readonly<Record<string, string>> = {
  white_check_mark: '✓',
  heavy_check_mark: '✓',
  no_entry: '✗',
  x: '✗',
  rotating_light: '!',
  warning: '!',
  raised_hand: '!',
  arrow_forward: '▸',
  white_small_square: '·',
  grey_question: '?',
};

export interface Names {
  readonly user: (id: string) => string;
  readonly channel: (id: string) => string;
}

export function plain(markup: string, names: Names): string {
  return markup
    .replaceAll(/<!date\^(\d+)\^[^|>]*\|[^>]*>/g, (_, seconds: string) => clockOf(Number(seconds)))
    .replaceAll(/<@(\w+)>/g, (_, id: string) => `@${names.user(id)}`)
    .replaceAll(/<#(\w+)(?:\|[^>]*)?>/g, (_, id: string) => `#${names.channel(id)}`)
    .replaceAll(/<(https?:[^|>]+)\|([^>]+)>/g, '$2 ($1)')
    .replaceAll(/<(https?:[^>]+)>/g, '$1')
    .replaceAll(/:([a-z_]+):/g, (_, name: string) => SIGNS[name] ?? '•')
    .replaceAll(/(?<![\w*])\*([^*\n]+)\* {2}/g, '$1: ')
    .replaceAll(/(?<![\w*])\*([^*\n]+)\*(?![\w*])/g, '$1')
    .replaceAll(/(?<![\w/])_([^_\n]+)_(?![\w/])/g, '$1')
    .replaceAll('`', '');
}

/** The local time, with the date if that is not today. */
function clockOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  const time = date.toTimeString().slice(0, 5);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? time : `${date.toDateString().slice(4, 10)} ${time}`;
}
