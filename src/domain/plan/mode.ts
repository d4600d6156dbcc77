/** The runbook's three ways: code and database, code alone, database alone. */
export type Mode = 'full' | 'code-only' | 'database-only';

export function restoresDatabase(mode: Mode): boolean {
  return mode !== 'code-only';
}

export function changesCode(mode: Mode): boolean {
  return mode !== 'database-only';
}

const WORDS = {
  full: 'code and database',
  'code-only': 'code only',
  'database-only': 'database only',
} as const satisfies Record<Mode, string>;

export function modeText(mode: Mode): string {
  return WORDS[mode];
}
