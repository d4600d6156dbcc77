import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StandInHost } from '../../support/host/stand-in-host.ts';

/** Lines of the journal when the previous code is put back. */
export const PUT_BACK_CODE = ['put-back-checkout 0', 'put-back-environment 0'];
export const PUT_BACK_END = ['put-back-start 0', 'put-back-answers 0'];
export const PUT_BACK_WHOLE = ['put-back-stop 0', ...PUT_BACK_CODE, 'put-back-static 0', ...PUT_BACK_END];

/** A pg_dump that does this too, after the safety backup was written. */
export const dumpThen = (host: StandInHost, more: string): string =>
  `${readFileSync(join(host.root, '..', 'bin', 'pg_dump'), 'utf8')}\n${more}`;
