import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/domain/run.ts';
import { stakeholderEnd, stakeholderNotice } from '../../../src/slack/render/stakeholders.ts';
import { BOB, ended, eventsTo, plan, runOf, site, steps, verified } from '../../support/builders.ts';
import { seen } from './support.ts';

const STOPPED = steps(['recheck', 0], ['stop', 0]);
const DOWN = runOf([...eventsTo('switching'), ...STOPPED]);
const BACK = [...steps(['stop', 0], ['start', 0], ['healthy', 0]), ended('done', 'healthy', 0), verified];
const HELD = [...STOPPED, ended('hold', 'restore', 3)];
const PUT_BACK = [
  ...steps(['stop', 0], ['checkout', 1], ['put-back-answers', 0]),
  ended('put-back', 'checkout', 1),
];
const whole = (...events: Parameters<typeof runOf>[0]) => runOf([...eventsTo('switching'), ...events]);
const notice = (run: Run) => seen(stakeholderNotice(run, site()));
const end = (run: Run) => seen(stakeholderEnd(run, site()));

describe('stakeholders', () => {
  it('hear nothing before the first stop', () => {
    const before = runOf([...eventsTo('switching'), ...steps(['recheck', 0])]);

    expect(stakeholderNotice(before, site())).toBeNull();
    expect(stakeholderEnd(before, site())).toBeNull();
  });

  it('hear nothing of a run that changed nothing', () => {
    const untouched = whole(...steps(['recheck', 10]), ended('untouched', 'recheck', 10));

    expect(stakeholderNotice(untouched, site())).toBeNull();
    expect(stakeholderEnd(untouched, site())).toBeNull();
  });

  it('hear in plain words what visitors notice, from the first stop on', () => {
    expect(notice(DOWN)).toEqual([
      '*Acme Kitchens* (acme-kitchens.example): it is being put back to an earlier version. For a short while it does not answer; the next word comes here, in the thread. Begun 2026-03-01 02:20 UTC.',
    ]);
    expect(stakeholderEnd(DOWN, site())).toBeNull();
  });

  it('hear that it is back, and from when on entries are gone', () => {
    expect(notice(whole(...BACK))).toEqual([
      '*Acme Kitchens* (acme-kitchens.example): it was put back to an earlier version and is back. Begun 2026-03-01 02:20 UTC.',
    ]);
    expect(end(whole(...BACK))).toEqual([
      '*Acme Kitchens* is back and was checked. It did not answer for 3.0 s. What was entered after 2026-03-01 01:40 UTC is no longer there and has to be entered again.',
    ]);
  });

  it('hear that nothing was lost where the database was not touched', () => {
    const run = runOf([...eventsTo('switching', plan('code-only')), ...BACK]);

    expect(end(run)).toEqual([
      '*Acme Kitchens* is back and was checked. It did not answer for 3.0 s. Nothing that was entered was lost.',
    ]);
  });

  it('hear that it runs as before when it was put back', () => {
    expect(notice(whole(...PUT_BACK))[0]).toContain(
      ': it could not be put back to an earlier version and runs as before.',
    );
    expect(end(whole(...PUT_BACK))).toEqual([
      '*Acme Kitchens* runs the same version as before: the earlier one could not be put in place. It did not answer for 3.0 s. Nothing that was entered was lost.',
    ]);
  });

  it('hear that people are working on it, and are not left with a promise when they finish by hand', () => {
    expect(notice(whole(...HELD))[0]).toContain(
      ': it could not be put back to an earlier version by itself; people are working on it.',
    );
    expect(end(whole(...HELD))).toEqual([
      '*Acme Kitchens* could not be put back yet. People are working on it, and the next word comes here.',
    ]);
    expect(end(whole(...HELD, { type: 'closed', by: BOB }))).toEqual([
      '*Acme Kitchens* could not be put back by itself. People finish it by hand and will tell you how it ended.',
    ]);
  });

  it('hear nothing of commits, steps, exit codes or file names', () => {
    for (const run of [DOWN, whole(...BACK), whole(...PUT_BACK), whole(...HELD)])
      expect([...notice(run), ...end(run)].join('\n')).not.toMatch(/[0-9a-f]{8}|exit|\.gz|checkout|gunicorn/);
  });
});
