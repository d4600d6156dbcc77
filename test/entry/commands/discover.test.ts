import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfiguration } from '../../../src/config/file.ts';
import { parseHost } from '../../../src/entry/commands/discover-command.ts';
import { discoveredYaml } from '../../../src/entry/commands/discover-yaml.ts';
import type { Discovered } from '../../../src/ssh/discover.ts';
import { COUNT } from '../../support/hostile/rounds.ts';
import { hostileTexts } from '../../support/hostile/texts.ts';

const HOST = { address: '10.0.0.5', port: 22, user: 'deploy' };
const KEY = `SHA256:${'k'.repeat(43)}`;

/** Of the hostile ones, what could be a domain. */
const HOST_NAMES = ['no'];

const FOUND: Discovered = {
  user: 'deploy',
  bin: true,
  hostKey: KEY,
  sites: [
    {
      slug: 'dune-dental',
      owner: 'deploy',
      environment: 'staging',
      domain: 'dune-dental.test',
      settings: null,
      unit: true,
    },
    {
      slug: 'elm-estates',
      owner: 'www-data',
      environment: null,
      domain: null,
      settings: null,
      unit: false,
    },
  ],
};

describe('discover', () => {
  it('writes what it knows and says in a comment what a person has to decide', () => {
    expect(
      discoveredYaml(FOUND, HOST, '/srv/sum'),
    ).toBe(`# Found on 10.0.0.5. Before you use this, compare the fingerprint on the host itself.
sites:
  - slug: dune-dental
    environment: staging
    domain: dune-dental.test
    host:
      address: 10.0.0.5
      user: deploy
      fingerprint: ${KEY}
  # environment: the host does not say; is it production, staging or dev?
  # domain: the host does not say; fill it in
  # belongs to www-data; log in as that user
  # has no unit sum-elm-estates-gunicorn.service
  - slug: elm-estates
    environment: production
    domain: elm-estates.example
    host:
      address: 10.0.0.5
      user: deploy
      fingerprint: ${KEY}
`);
  });

  it('writes a file that the configuration accepts as it is', () => {
    const configuration = parseConfiguration(
      discoveredYaml(FOUND, { ...HOST, port: 2222 }, '/srv/sum'),
      'rollback.yml',
    );

    expect(
      'problems' in configuration
        ? configuration.problems
        : configuration.inventory.sites.map((site) => site.host.port),
    ).toEqual([2222, 2222]);
  });

  it.each(['/data/sum', '/data/sum/'])(
    'names the directory of the scripts in %s, which is not the default',
    (root) => {
      const [first] = FOUND.sites;
      const elsewhere = { ...FOUND, sites: first ? [first] : [] };

      expect(
        discoveredYaml(elsewhere, HOST, root),
      ).toBe(`# Found on 10.0.0.5. Before you use this, compare the fingerprint on the host itself.
sites:
  - slug: dune-dental
    environment: staging
    domain: dune-dental.test
    host:
      address: 10.0.0.5
      user: deploy
      fingerprint: ${KEY}
    root: /data/sum/dune-dental
    bin: /data/sum/bin
`);
      expect(discoveredYaml({ ...elsewhere, bin: false }, HOST, '/data/sum')).toContain(
        "# /data/sum/bin/restore_db.sh is missing; set bin to the directory of the platform's scripts\n",
      );
    },
  );

  it.each([
    'root\n  - slug: acme-two\n    approvers: [U66EVE]\n    host: { address: 6.6.6.6 }',
    'root\r  - slug: acme-two',
    'root\u2028- slug: acme-two\u0085- slug: three',
    '# x: "\' [*a] {b: c} | > %YAML & ! @ `',
    '\u0000\u001b[2J\u202e\ufeff',
    '*a',
    '&a [b]',
    '!!binary aGk=',
    'no',
    '~',
    'x'.repeat(500),
  ])(
    'holds no site and no key of the host’s choice, whatever its owners and domains are called: %j',
    (evil) => {
      const [first, second] = FOUND.sites.map((site) => ({
        ...site,
        owner: evil,
        environment: evil,
        domain: evil,
        settings: evil,
      }));
      if (first === undefined || second === undefined) throw new Error('there are two sites');
      const yaml = discoveredYaml({ ...FOUND, user: evil, sites: [first, second] }, HOST, '/srv/sum');
      const entry = (slug: string) => ({
        slug,
        environment: 'production',
        domain: HOST_NAMES.includes(evil) ? evil : `${slug}.example`,
        host: { address: '10.0.0.5', user: 'deploy', fingerprint: KEY },
      });

      expect(parse(yaml)).toEqual({ sites: [entry('dune-dental'), entry('elm-estates')] });
      expect('problems' in parseConfiguration(yaml, 'rollback.yml')).toBe(false);
      expect(yaml.match(/^ *- slug: .*$/gm)).toEqual(['  - slug: dune-dental', '  - slug: elm-estates']);
      expect(yaml.match(/belongs to [^\n]*; log in as that user$/gm)).toHaveLength(2);
    },
  );

  it('holds nothing of the host’s choice with any of ten thousand texts', () => {
    const { next, made } = hostileTexts(1);
    const problems: string[] = [];
    while (made() < COUNT) {
      const sites = FOUND.sites.map((one) => ({
        ...one,
        owner: next(),
        environment: next(),
        domain: next(),
      }));
      const yaml = discoveredYaml({ ...FOUND, user: next(), sites }, HOST, '/srv/sum');
      const read = parse(yaml) as { readonly sites: readonly { readonly domain?: unknown }[] };
      const host = { address: '10.0.0.5', user: 'deploy', fingerprint: KEY };
      const told = sites.filter(({ domain }, at) => read.sites[at]?.domain === domain);
      const expected = sites.map((one) => ({
        slug: one.slug,
        environment: 'production',
        domain: told.includes(one) ? one.domain : `${one.slug}.example`,
        host,
      }));
      // Each note is one line: about the environment, about the owner, and about what is missing.
      const notes = yaml.split('\n').filter((line) => /^ *#/.test(line)).length;
      const missing = sites.length - told.length + sites.filter(({ unit }) => !unit).length;
      if (!isDeepStrictEqual(read, { sites: expected }) || notes !== 1 + 2 * sites.length + missing)
        problems.push(yaml);
    }

    expect(problems).toEqual([]);
  });

  it('says so when there is nothing', () => {
    expect(discoveredYaml({ ...FOUND, sites: [] }, HOST, '/srv/sum')).toBe(
      "# Found no site below /srv/sum on 10.0.0.5. Is that the platform's directory?\n",
    );
  });

  it.each([
    ['10.0.0.5', { user: 'deploy', address: '10.0.0.5', port: 22 }],
    ['ops@web-1.example:2222', { user: 'ops', address: 'web-1.example', port: 2222 }],
    ['-oProxyCommand=x', null],
    ['a b', null],
    ['web:99999', null],
    ['', null],
  ])('reads the host %j', (text, expected) => {
    expect(parseHost(text)).toEqual(expected);
  });
});
