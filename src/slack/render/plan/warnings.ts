import type { KnownBlock } from '@slack/types';
import type { Plan } from '../../../domain/plan/plan.ts';
import { section } from '../blocks/blocks.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { cut } from '../blocks/text.ts';
import { quarantineLines } from './quarantine.ts';

/** In characters, so that no name from the host can push the decision off the card. */
const ROOM = 2000;

/** What people should know about a plan before they decide. */
export function warnings(plan: Plan): KnownBlock[] {
  const { facts } = plan;
  const own = [...facts.warnings, ...foreign(facts.database.foreignExtensions), ...leftOut(plan)];
  const lines = [...quarantineLines(plan), ...own.map(escaped)];
  return lines.length === 0 ? [] : [section(cut(lines.map((line) => `:warning: ${line}`).join('\n'), ROOM))];
}

/** What stands in the backup and is not restored. */
function leftOut({ restore }: Plan): readonly string[] {
  const labels = restore?.leftOut ?? [];
  return labels.length === 0
    ? []
    : [`The backup also holds ${labels.join(', ')}. That can't be restored on this server and is left out.`];
}

function foreign(extensions: readonly string[]): readonly string[] {
  if (extensions.length === 0) return [];
  return extensions.length === 1
    ? [`The database extension ${extensions.join()} belongs to another role, so it stays as it is.`]
    : [`The database extensions ${extensions.join(', ')} belong to another role, so they stay as they are.`];
}
