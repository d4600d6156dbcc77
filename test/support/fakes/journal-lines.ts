import type { JournalLine } from '../../../src/app/ports/run-program.ts';
import { T } from '../story/site.ts';

export function line(
  kind: JournalLine['kind'],
  name: string,
  code = 0,
  at: string = T.switched,
): JournalLine {
  return { at, kind, name, code };
}

/** Two lines: a step that began and succeeded. */
export function lines(...names: readonly string[]): JournalLine[] {
  return names.flatMap((name) => [line('begin', name), line('end', name)]);
}
