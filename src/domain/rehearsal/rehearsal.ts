import type { Migration } from '../database/migrations.ts';

/** What would make possible what a host did not allow. */
export const CURES = ['createdb', 'namespaces', 'within', 'disk', 'busy', 'none'] as const;

/** What every part of a rehearsal says. */
interface PartAside {
  /** Why it could not be held; null: it was. */
  readonly why: string | null;
  readonly cure: (typeof CURES)[number] | null;
  /** Why it failed, in the words of the program that said so; null: it did not. */
  readonly failed: string | null;
  /** In milliseconds. */
  readonly ms: number;
}

/** A backup in the side database. */
export interface RestoredAside extends PartAside {
  /** null: it was not restored, or counting took too long. */
  readonly migrations: readonly Migration[] | null;
  /** Rows of each table. */
  readonly rows: Readonly<Record<string, number>> | null;
}

/** A page of the target, asked as the proxy would ask. */
export interface PageAside {
  readonly path: string;
  /** null: there was no answer. */
  readonly status: number | null;
  readonly ms: number;
  /** Names of checks that the health page does not call ok. */
  readonly failing: readonly string[];
}

/** The target on the side database. */
export interface StartedAside extends PartAside {
  readonly parts: readonly {
    readonly name: 'static' | 'start';
    readonly ms: number;
    readonly failed: string | null;
  }[];
  /** Whether it had a Redis of its own; null: it was not tried. */
  readonly redis: boolean | null;
  readonly pages: readonly PageAside[];
}

/** A whole rehearsal. `started`: null if there was nothing to start, or the backup could not be restored. */
export interface Rehearsal {
  readonly restored: RestoredAside;
  readonly started: StartedAside | null;
}

/** The newest rehearsal of a site that was held and went well. */
export interface Rehearsed {
  /** The version that ran aside; null: only the backup was restored. */
  readonly version: string | null;
  readonly backup: string;
  readonly restoreMs: number;
  readonly startMs: number | null;
}

export const HEALTH_PAGE = '/health/';

/** The pages that a rehearsal asks for, as the checks after a switch do. */
export function pagesOf(formPath: string | undefined): readonly string[] {
  return [HEALTH_PAGE, '/', '/admin/login/', ...(formPath === undefined ? [] : [formPath])];
}
