import { isReviewOpen } from '../../domain/after/review.ts';
import type { Run } from '../../domain/run/run.ts';
import type { RunStore } from '../ports/run-store.ts';
import { readable } from './find-runs.ts';
import { runsWithTasks } from './runs-with-tasks.ts';

/** Ended runs whose broken glass nobody has reviewed yet; of one site (`slug@environment`), or of all. */
export async function openReviews(
  store: Pick<RunStore, 'withTasksDue' | 'read'>,
  site: string | null,
): Promise<readonly Run[]> {
  return readable(await runsWithTasks(store, site)).filter(isReviewOpen);
}
