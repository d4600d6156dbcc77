import type { Plan } from '../../domain/plan/plan.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { Site } from '../../domain/site/site.ts';
import { type SwitchValueName, stepsText, valuesOfProgram } from '../../remote/switch-program.ts';

/**
 * The worker makes the program anew from its own files and the values of the plan, right before the first change. So nothing
 * runs on a host that this worker would not have written itself, whoever has written the plan.
 */
export function programRefusal(plan: Plan, site: Site): Refusal | null {
  const values = valuesOfProgram(plan.program);
  if (values === null)
    return refusal(
      'plan-changed',
      'The program of this plan is not the one that this version of the bot makes. The bot may have been updated since.',
      'Nothing was changed. Type the command again to get a fresh plan.',
    );
  const other = Object.entries(wantedValues(plan, site)).find(([name, value]) => values.get(name) !== value);
  return other === undefined
    ? null
    : refusal(
        'approval-forged',
        `The program of this plan has another ${other[0]} than the plan and the configuration.`,
        'Nothing was changed. Tell whoever runs the bot, then type the command again.',
      );
}

/** The values that stand in the plan's digest, in its steps or in the configuration as well. */
function wantedValues({ binding, steps }: Plan, site: Site): Partial<Record<SwitchValueName, string>> {
  const { database } = binding;
  return {
    SITE: binding.site,
    SLUG: site.slug,
    MODE: binding.mode,
    ROOT: site.root,
    BIN: site.bin,
    DOMAIN: site.domain,
    SETTINGS: site.settings ?? '',
    LIVE: binding.liveCommit,
    TARGET: binding.targetCommit ?? '',
    DATABASE: `${database.name} ${database.host} ${database.port}`,
    DATABASE_OID: database.oid,
    RESTORE_SHA256: binding.restoreSha256 ?? '',
    STEPS: stepsText(steps),
  };
}
