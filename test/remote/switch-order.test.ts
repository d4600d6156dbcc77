import { describe, expect, it } from 'vitest';
import { PUT_BACK_TITLES, stepsOf, stepTitle, UNPLANNED_DEADLINES } from '../../src/domain/plan/steps.ts';
import { plan } from '../support/story/run.ts';

/** Without the Python program that it carries. */
const program = plan('full').program.replace(/^PUT_BACK_COPY='(?:[^']|'\\'')*'$/m, '');

/** The program without comments, line by line. */
const lines = program.split('\n').map((line) => line.replace(/(^|\s)#.*/, ''));

/** Of the functions that a line mentions, those that none of the lines above it defines. */
function usedTooEarly(): readonly string[] {
  const definition = /^([a-z_]+)\(\)/;
  const names = new Set(lines.flatMap((line) => definition.exec(line)?.[1] ?? []));
  const above = new Set<string>();
  return lines.flatMap((line) => {
    above.add(definition.exec(line)?.[1] ?? '');
    const words = line.match(/(?<![\w$/.-])[a-z_]+(?![\w=(-])/g) ?? [];
    return words
      .filter((word) => names.has(word) && !above.has(word))
      .map((word) => `${word} in: ${line.trim()}`);
  });
}

describe('the switch program', () => {
  it('defines each function once, and above everything that uses it', () => {
    const names = [...program.matchAll(/^([a-z_]+)\(\)/gm)].map(([, name]) => name);

    expect(names.length).toBeGreaterThan(50);
    expect(new Set(names).size).toBe(names.length);
    expect(usedTooEarly()).toEqual([]);
  });

  it('names no step that has no title, and every title is one of a step that it names', () => {
    const planned = stepsOf('full').map(({ name }) => name);
    const named = [
      ...program.matchAll(
        /\b(?:take_step|not_cancelled|journal begin|finish (?:\w[\w-]*|"done")) ([a-z-]+)/g,
      ),
      ...program.matchAll(/["']([a-z-]+-again):/g),
    ].map(([, name = '']) => name);
    const unplanned = [...new Set(named)].filter((name) => !planned.includes(name)).toSorted();

    expect(unplanned).toEqual(Object.keys(PUT_BACK_TITLES).toSorted());
    for (const name of Object.keys(UNPLANNED_DEADLINES)) expect(stepTitle(name)).toBe(PUT_BACK_TITLES[name]);
  });

  it('has a function for each step that it takes', () => {
    const taken = [...program.matchAll(/\btake_step ([a-z-]+)|["']([a-z-]+-again):/g)].map(
      ([, one, again]) => one ?? again ?? '',
    );
    const steps = [...new Set([...taken, ...stepsOf('full').map(({ name }) => name)])];

    expect(steps.filter((name) => !program.includes(`\nstep_${name.replaceAll('-', '_')}() {`))).toEqual([]);
  });
});
