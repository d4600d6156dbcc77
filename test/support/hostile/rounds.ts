import { firstInvisible } from '../../../src/domain/text/printable.ts';
import { Lines } from './lines.ts';
import { harmlessTexts, hostileTexts, MARK, PLACE } from './texts.ts';

/** One place where people see text of others: what it is, and its lines. */
export type Shown = readonly [where: string, lines: readonly string[]];

/** Makes everything that people see, calling `text` anew for each thing that others wrote. */
export type Show = (text: () => string) => readonly Shown[] | Promise<readonly Shown[]>;

/** How many texts a test tries. For more of them: TEXTS=1000000. */
export const COUNT = Number(process.env['TEXTS'] ?? 10_000);

/** Nobody reads more of them. */
const MOST_PROBLEMS = 10;

export interface Trial {
  /** How many texts. */
  readonly count?: number;
  /** What else is wrong with a line; null: nothing. */
  readonly also?: (line: string) => string | null;
}

export interface Tried {
  readonly texts: number;
  /** Lines that are not ours, or lines too many; empty: text of others stays in its places. */
  readonly problems: readonly string[];
}

/**
 * Shows the same with harmless texts, which say where the places of others are, and with hostile ones until there were enough.
 * Every line has to be one of ours with nothing but text in those places, and no text of others may be on more lines than the
 * harmless one.
 */
export async function tryHostileTexts(
  show: Show,
  { count = COUNT, also = () => null }: Trial = {},
): Promise<Tried> {
  const problems: string[] = [];
  const ours = new Lines();
  const usual = new Map<string, ReadonlyMap<string, number>>();
  for (const { next } of harmlessTexts())
    for (const [where, lines] of await show(next)) {
      const counts = linesPerMark(lines);
      const before = usual.get(where) ?? new Map<string, number>();
      usual.set(
        where,
        new Map([...before, ...counts].map(([mark, n]) => [mark, Math.max(n, before.get(mark) ?? 0)])),
      );
      for (const line of lines) {
        ours.add(line, PLACE);
        const problem = also(line);
        if (problem !== null) problems.push(`${where}: ${problem}: ${line}`);
      }
    }
  let made = 0;
  for (let seed = 1; made < count && problems.length < MOST_PROBLEMS; seed += 1) {
    const texts = hostileTexts(seed);
    const shown = await show(texts.next);
    made += texts.made();
    for (const [where, lines] of shown) {
      const say = (problem: string) => problems.push(`${where}, seed ${seed}: ${problem.slice(0, 600)}`);
      for (const line of lines) {
        if (!ours.has(line)) say(`not our line: ${JSON.stringify(line)}`);
        const unseen = firstInvisible(line);
        if (unseen !== null) say(`nobody sees ${JSON.stringify(unseen)} in ${JSON.stringify(line)}`);
        const problem = also(line);
        if (problem !== null) say(`${problem}: ${JSON.stringify(line)}`);
      }
      const places = usual.get(where);
      if (places === undefined) say('the harmless texts have no such place');
      for (const [mark, lineCount] of linesPerMark(lines))
        if (lineCount > Math.max(1, places?.get(mark) ?? 0))
          say(
            `${mark} is on ${lineCount} lines: ${JSON.stringify(lines.filter((line) => line.includes(mark)))}`,
          );
    }
  }
  return { texts: made, problems: problems.slice(0, MOST_PROBLEMS) };
}

function linesPerMark(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines)
    for (const mark of new Set(line.match(MARK))) counts.set(mark, (counts.get(mark) ?? 0) + 1);
  return counts;
}
