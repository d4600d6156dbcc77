import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/domain/run/run.ts';
import { noWorker, surfaces } from '../../../src/slack/render/surfaces.ts';
import { decided, ended, eventsTo, plan, runIn, runOf, steps } from '../../support/story/run.ts';
import { ALICE, BOB, request, site, stakeholders } from '../../support/story/site.ts';
import { seen } from './support.ts';

const WHERE = site({ channel: 'C01OPS', stakeholders: stakeholders() });
const keys = (run: Run, where = WHERE) => surfaces(run, where).map(({ key }) => key);
const one = (run: Run, key: string, where = WHERE) => surfaces(run, where).find((shown) => shown.key === key);

describe('what Slack shows of a run', () => {
  it('is nothing until there is a plan: whoever asked has been answered', () => {
    expect(keys(runIn('planning'))).toEqual([]);
  });

  it('is a refusal for the requester alone where there was no plan', () => {
    expect(keys(runIn('refused'))).toEqual(['refused']);
    expect(one(runIn('refused'), 'refused')).toMatchObject({
      only: ALICE,
      text: ':no_entry: Files were changed.\nLook at them.\n_dirty-tree_',
    });
  });

  it('tells the requester alone that a run without a plan was cancelled', () => {
    const run = runOf([{ type: 'cancelled', by: ALICE }]);

    expect(keys(run)).toEqual(['cancelled']);
    expect(one(run, 'cancelled')).toMatchObject({
      only: ALICE,
      text: ':no_entry: acme-kitchens-7 was cancelled. Nothing was changed.',
    });
  });

  it('tells everybody that no worker has begun what was decided, for each decision anew', () => {
    const goesBack = (attempt: number) => decided({ action: 'go-back', step: 'restore', attempt }, BOB);
    const first = runOf([...eventsTo('needs-decision'), goesBack(2)]);
    const again = runOf([
      ...eventsTo('needs-decision'),
      goesBack(2),
      ended('untouched', 'expired', 0),
      goesBack(3),
    ]);

    expect(noWorker(first, WHERE)).toMatchObject({
      channel: 'C01OPS',
      thread: 'progress',
      loud: true,
      text: `:rotating_light: <@${BOB}> no worker started *Go back* of acme-kitchens-7 within half a minute. Until one does, *Acme Kitchens* stays as it is. Check that a worker is running (\`rollback-bot worker\`).`,
    });
    expect([first, again].map((run) => noWorker(run, WHERE).key)).toEqual(['no-worker-1', 'no-worker-2']);
  });

  it('tells the requester where the command was typed, or else where the runs of the site are shown', () => {
    const run = runIn('refused', plan(), request({ channel: 'C09' }));

    expect(one(run, 'refused')).toMatchObject({ channel: 'C09', orIn: 'C01OPS' });
    expect(one(run, 'refused', site())).not.toHaveProperty('orIn');
  });

  it('is progress, details in its thread, and the card once there is a plan', () => {
    expect(keys(runIn('awaiting-approval'))).toEqual(['progress', 'details', 'card']);
    expect(one(runIn('awaiting-approval'), 'details')).toMatchObject({ thread: 'progress' });
  });

  it('is the plan and the exact program for a dry run', () => {
    const run = runIn('dry-run');

    expect(keys(run)).toEqual(['progress', 'details', 'program', 'card']);
    expect(one(run, 'program')).toMatchObject({
      thread: 'progress',
      file: { name: 'acme-kitchens-7.sh' },
    });
    expect(one(run, 'program')?.file?.content([], (id) => id)).toBe(plan().program);
  });

  it('tells the stakeholders in their channel, and the end in the thread there', () => {
    const down = [...eventsTo('switching'), ...steps(['stop', 0])];

    expect(keys(runOf(down))).toContain('stakeholders');
    expect(one(runOf(down), 'stakeholders')).toMatchObject({ channel: 'C02STATUS' });
    expect(one(runOf([...down, ended('put-back', 'checkout', 1)]), 'stakeholders-end')).toMatchObject({
      channel: 'C02STATUS',
      thread: 'stakeholders',
    });
    expect(keys(runOf(down), site()).join()).not.toContain('stakeholders');
  });

  it('has the end of the log in the thread where there is one, without colours', () => {
    const esc = String.fromCharCode(27);
    const run = runOf([
      ...eventsTo('switching'),
      ended('hold', 'restore', 3, { logTail: `${esc}[31mERROR${esc}[0m: no\n` }),
    ]);

    expect(one(run, 'log-1')).toMatchObject({ thread: 'progress' });
    expect(JSON.stringify(one(run, 'log-1')?.blocks)).toContain('"ERROR: no"');
    expect(
      keys(runOf([...eventsTo('switching'), ended('hold', 'restore', 3, { logTail: ' \n' })])),
    ).not.toContain('log-1');
  });

  it('stands where the command was typed when the site has no channel of its own', () => {
    const run = runIn('awaiting-approval', plan(), request({ channel: 'C09' }));

    expect(one(run, 'card', site())).toMatchObject({ channel: 'C09' });
    expect(one(run, 'card')).toMatchObject({ channel: 'C01OPS' });
  });

  it('has the plan in detail: steps, what happens if one fails, environment, units', () => {
    const of = plan('code-only', {
      otherBackups: [{ name: 'media.tar.gz', why: 'it is not a database backup' }],
    });
    const lines = seen(one(runIn('awaiting-start', of), 'details') ?? null);

    expect(lines.slice(0, 2)).toEqual([
      '*Steps*',
      '1. check once more that everything is as approved (at most 120 s)',
    ]);
    expect(seen(one(runOf([{ type: 'dry-run-ended', plan: of }]), 'details') ?? null)).toEqual(
      expect.arrayContaining([
        '*Backups that were not chosen*',
        '• `media.tar.gz`: it is not a database backup',
        'sum-core cccccccccccccccccccccccccccccccccccccccc, gunicorn 22.0.0',
        '• sum-acme-kitchens-gunicorn.service (active): systemd kills it after 90 s',
        `~ plan ${of.digest} · program ${of.binding.programSha256.slice(0, 12)} · host key SHA256:hostkey`,
      ]),
    );
  });
});
