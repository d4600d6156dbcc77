import type { Factor } from '../approval/factor.ts';
import type { Site } from '../site/site.ts';
import type { Plan } from './plan.ts';

/**
 * What an approver has to show. The plan says so for good, and the configuration of now may ask for more than it did when the
 * plan was made, and not for less. undefined: nothing.
 */
export function factorWanted(
  plan: Pick<Plan, 'binding'> | null,
  site: Pick<Site, 'approval'>,
): Factor | undefined {
  return plan?.binding.approval?.factor ?? site.approval.factor;
}
