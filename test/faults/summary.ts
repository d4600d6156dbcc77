import type { Outcome } from './trial.ts';

/** The table of fault family, moment and end state as Markdown. Only trials whose fault struck inside a run count. */
export function summary(outcomes: readonly Outcome[]): string {
  const counted = outcomes.filter(({ counted: landed }) => landed);
  const families = [...new Set(counted.map(({ family }) => family))].sort();
  const rows = families.map((family) => {
    const own = counted.filter((one) => one.family === family);
    const worst = Math.max(...own.map(({ shownAfter }) => shownAfter));
    const bad = own.filter(({ violations }) => violations.length > 0).length;
    return `| ${family} | ${own.length} | ${moments(own)} | ${ends(own)} | ${(worst / 1000).toFixed(0)} s | ${bad} |`;
  });
  return [
    '| fault | trials | moments | ends | longest until shown | violations |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function moments(own: readonly Outcome[]): string {
  return tally(own.map(({ moment }) => phaseOf(moment)));
}

/** The place in the run, short enough for a table. */
export function phaseOf(moment: string): string {
  const name = moment.replace(/ \(.*/, '').replace(/^(before|in|after|committed)-/, '');
  if (['placing', 'claiming', 'claimed', 'begun'].includes(name)) return 'launch';
  if (['ending', 'proof'].includes(name)) return 'end';
  if (name === 'click' || name === 'before') return 'decision';
  if (name.startsWith('put-back') || name === 'decide-recheck' || name === 'stop-again') return 'recovery';
  return name;
}

function ends(own: readonly Outcome[]): string {
  return tally(own.map(({ end }) => end));
}

function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([word, count]) => `${word} ${count}`)
    .join(', ');
}
