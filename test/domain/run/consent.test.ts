import { describe, expect, it } from 'vitest';
import { approval, plan, runOf } from '../../support/story/run.ts';
import { BOB, CAROL, site, T } from '../../support/story/site.ts';

describe('a quorum of two', () => {
  const strict = plan('full', {}, site({ approval: { expiresMs: 1, quorum: 2 } }));

  it('is not reached by the first approval', () => {
    const run = runOf([
      { type: 'planned', plan: strict, expiresAt: T.expires },
      { type: 'approved', approval: approval(strict) },
    ]);

    expect(run).toMatchObject({ state: 'awaiting-approval', consent: { approvals: [{ approver: BOB }] } });
  });

  it('is reached by the second', () => {
    const run = runOf([
      { type: 'planned', plan: strict, expiresAt: T.expires },
      { type: 'approved', approval: approval(strict) },
      { type: 'approved', approval: approval(strict, { approver: CAROL }) },
    ]);

    expect(run.state).toBe('ready');
  });
});
