import { permission } from '../people/permission.ts';
import { type Click, type ClickResult, type DecisionDeps, decide, lateAnswer } from './decide.ts';

/** Someone who decides wants the loss counted again. A worker counts, because only workers reach hosts. */
export function askMeasurement(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const late = lateAnswer(run, ['awaiting-approval']);
    if (late) return late;
    const list = [...site.approvers, ...site.operators, run.request.requester];
    const no = await permission(deps.people, click.user, list, {
      may: `decide on rollbacks of ${site.name}`,
      key: 'approvers',
    });
    if (no) return { kind: 'refused', refusal: no };
    return { event: { type: 'measure-asked', by: click.user }, sentence: 'The bot is counting.' };
  });
}
