import type { KnownBlock } from '@slack/types';
import { restoresDatabase } from '../../../domain/plan/mode.ts';
import type { Plan } from '../../../domain/plan/plan.ts';
import { section } from '../blocks/blocks.ts';
import { cut, escaped } from '../blocks/text.ts';
import { quarantineLines } from './quarantine.ts';

/** In characters, so that no name from the host can push the decision off the card. */
const ROOM = 2000;

/** What people should know about a plan before they decide. */
export function warnings(plan: Plan): KnownBlock[] {
  const { facts } = plan;
  const own = [...facts.warnings, ...foreign(facts.database.foreignExtensions), ...grants(plan)];
  const lines = [...quarantineLines(plan), ...own.map(escaped)];
  return lines.length === 0 ? [] : [section(cut(lines.map((line) => `:warning: ${line}`).join('\n'), ROOM))];
}

/** A restored table is a new one, so rights that were granted on the old one are gone. */
function grants({ facts, binding }: Plan): readonly string[] {
  const { grantees } = facts.database;
  return restoresDatabase(binding.mode) && grantees.length > 0
    ? [
        `The restore removes the rights of ${grantees.slice(0, 5).join(', ')} on tables of this database. Grant them again afterwards.`,
      ]
    : [];
}

function foreign(extensions: readonly string[]): readonly string[] {
  if (extensions.length === 0) return [];
  return extensions.length === 1
    ? [`The database extension ${extensions.join()} belongs to another role, so it stays as it is.`]
    : [`The database extensions ${extensions.join(', ')} belong to another role, so they stay as they are.`];
}
