import type { Check } from '../domain/run/event.ts';

/** An answer in rows and lists, before a message or a terminal lays it out. */
export interface Sheet {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, value: string])[];
  readonly parts: readonly SheetPart[];
}

export interface SheetPart {
  readonly title: string;
  readonly lines: readonly SheetLine[];
}

export interface SheetLine {
  readonly mark?: Mark;
  readonly text: string;
}

export type Mark = 'done' | 'broken' | 'now' | 'ahead' | Check['result'];
