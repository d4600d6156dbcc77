import { describe, expect, it } from 'vitest';
import { programRefusal } from '../../../src/app/switch/check-program.ts';
import { sha256 } from '../../../src/domain/digest.ts';
import { type Plan, type PlanBinding, planDigest } from '../../../src/domain/plan/plan.ts';
import { plan } from '../../support/story/run.ts';
import { site } from '../../support/story/site.ts';

/** As whoever can write plans would make it: every hash and the digest fit. */
function forged(program: string, more: Partial<PlanBinding> = {}, of: Plan = plan()): Plan {
  const binding = { ...of.binding, ...more, programSha256: sha256(program) };
  return { ...of, program, binding, digest: planDigest(binding) };
}

const { program: PROGRAM } = plan();
const value = (name: string, text: string) =>
  forged(PROGRAM.replace(new RegExp(`^${name}=.*$`, 'm'), `${name}=${text}`));

describe('the program of a plan, made anew by the worker', () => {
  it.each(['full', 'code-only', 'database-only'] as const)('is the same: %s', (mode) => {
    expect(programRefusal(plan(mode), site())).toBeNull();
  });

  it.each<[string, Plan]>([
    ['a line before it', forged(`id >/tmp/own\n${PROGRAM}`)],
    ['a line behind it', forged(`${PROGRAM}\nid >/tmp/own\n`)],
    ['a line in its middle', forged(PROGRAM.replace('\nprint_state()', '\nid >/tmp/own\nprint_state()'))],
    ['a command behind a value', value('BIND', "'unix:/run/a'; id >/tmp/own")],
    ['a command within a value', value('BIND', '"$(id >/tmp/own)"')],
    ['a value that ends on another line', value('BIND', "'unix:/run/a\n'; id '")],
    ['a value too many', forged(PROGRAM.replace('\nBIND=', "\nPATH='/tmp'\nBIND="))],
    ['a value too few', forged(PROGRAM.replace(/\nBIND=.*/, ''))],
    ['values in another order', forged(PROGRAM.replace(/\n(BIND=.*)\n(SETTINGS=.*)/, '\n$2\n$1'))],
    ['something else altogether', forged('rm -rf /srv')],
    ['nothing', forged('')],
  ])('is not: %s', (_, tampered) => {
    expect(programRefusal(tampered, site())).toMatchObject({
      code: 'plan-changed',
      sentence:
        'The program of this plan is not the one that this version of the bot makes. The bot may have been updated since.',
    });
  });

  it.each<[string, Plan]>([
    ['ROOT', value('ROOT', "'/srv/sum/birch-bakery'")],
    ['BIN', value('BIN', "'/home/deploy/bin'")],
    ['DOMAIN', value('DOMAIN', "'elsewhere.test'")],
    ['SETTINGS', value('SETTINGS', "'evil.settings'")],
    ['MODE', value('MODE', "'code-only'")],
    ['TARGET', value('TARGET', `'${'0'.repeat(40)}'`)],
    ['DATABASE', value('DATABASE', "'sum_birch 127.0.0.1 5432'")],
    ['RESTORE_SHA256', value('RESTORE_SHA256', `'${'0'.repeat(64)}'`)],
    ['STEPS', value('STEPS', "'recheck:120 start:90'")],
    ['SITE', forged(PROGRAM, { site: 'birch-bakery@production' })],
    ['LIVE', forged(PROGRAM, { liveCommit: '0'.repeat(40) })],
  ])('does not say something else than the plan and the configuration: %s', (name, tampered) => {
    expect(programRefusal(tampered, site())).toMatchObject({
      code: 'approval-forged',
      sentence: `The program of this plan has another ${name} than the plan and the configuration.`,
    });
  });

  it('may have quotes in its values', () => {
    const where = site({ domain: "acme's.test" });
    const { program, ...rest } = plan();
    const quoted = program.replace(/^DOMAIN=.*$/m, `DOMAIN='acme'\\''s.test'`);

    expect(programRefusal({ ...rest, program: quoted }, where)).toBeNull();
  });
});
