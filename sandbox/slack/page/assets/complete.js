/**
 * What the composer suggests while a person types a command.
 *
 * @typedef {{ readonly insert: string, readonly label: string, readonly says: string }} Suggestion
 * @typedef {{ readonly hint: string, readonly suggestions: readonly Suggestion[], readonly sure: boolean }} Help
 */

export const COMMAND = '/rollback';

const USAGE = '[site] [version] [--code-only | --full | --database-only] [--reason "…"] [--dry-run]';

const WORDS = [
  ['status', 'what is running, or the state of a site or run'],
  ['history', 'the newest runs'],
  ['sites', 'all sites'],
  ['cancel', 'stop a run'],
  ['help', 'all commands'],
];

const OPTIONS = [
  ['--code-only', 'leave the database as it is'],
  ['--full', 'the code, and the database from a backup'],
  ['--database-only', 'the database from a backup; leave the code as it is'],
  ['--backup', 'the backup to restore'],
  ['--reason', 'why, for the record'],
  ['--dry-run', 'only show the plan'],
];

/** @type {Help} */
const NOTHING = { hint: '', suggestions: [], sure: false };

/** @param {string} typed @param {readonly string[]} sites @returns {Help} */
export const helpFor = (typed, sites) => {
  if (!typed.startsWith('/') || typed.includes('\n')) return NOTHING;
  const [first = '', ...rest] = typed.split(' ');
  if (rest.length === 0) {
    const fits = COMMAND.startsWith(first.toLowerCase());
    return {
      hint: '',
      suggestions: fits ? [{ insert: `${COMMAND} `, label: COMMAND, says: USAGE }] : [],
      sure: fits,
    };
  }
  if (first !== COMMAND) return NOTHING;
  return { hint: `${COMMAND} ${USAGE}`, suggestions: argumentsAfter(typed, rest, sites), sure: false };
};

/** @param {string} typed @param {readonly string[]} words @param {readonly string[]} sites @returns {readonly Suggestion[]} */
const argumentsAfter = (typed, words, sites) => {
  const last = words.at(-1) ?? '';
  const before = typed.slice(0, typed.length - last.length);
  /** @param {readonly (readonly string[])[]} offers */
  const matching = (offers) =>
    offers
      .filter(([word = '']) => word.startsWith(last.toLowerCase()) && word !== last)
      .map(([word = '', says = '']) => ({ insert: `${before}${word} `, label: word, says }));
  const named = sites.map((site) => [site, 'site']);
  if (words.length === 1) return matching([...named, ...WORDS]);
  const [command = ''] = words;
  if (['cancel', 'status', 'history'].includes(command)) return words.length === 2 ? matching(named) : [];
  if (command === 'sites' || command === 'help') return [];
  return last.startsWith('-')
    ? matching(OPTIONS.filter(([word = '']) => !words.slice(0, -1).includes(word)))
    : [];
};
