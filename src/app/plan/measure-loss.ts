import type { Migration } from '../../domain/database/migrations.ts';
import { type TableChange, tableChanges } from '../../domain/database/row-changes.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { Site } from '../../domain/site/site.ts';
import type { Hosts } from '../ports/host.ts';
import { HostError } from '../ports/host-error.ts';
import { onHost } from '../run/on-host.ts';
import type { RunWriter } from '../run/pickup.ts';

/** Counts once more what would be lost. If the host can't be asked, that is an answer, too. */
export async function measureLoss(hosts: Hosts, writer: RunWriter, site: Site): Promise<void> {
  const { id, plan } = writer.run();
  if (plan === null) throw new Error(`${id} is waiting for an approval without a plan`);
  await writer.append({ type: 'measured', loss: await countedNow(hosts, plan, site) });
}

async function countedNow(hosts: Hosts, { facts }: Plan, site: Site): Promise<readonly TableChange[] | null> {
  if (facts.backup === null) return [];
  try {
    const counted = await onHost(hosts, site, (host) => host.countRows());
    const known: readonly Migration[] = facts.backup.migrations;
    const kept = facts.undo?.rowsThen ?? facts.backup.rows;
    return 'problem' in counted ? null : tableChanges(counted.tables, kept, known);
  } catch (error) {
    if (error instanceof HostError) return null;
    throw error;
  }
}
