import { createHmac } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { knownHostKeys } from '../../../src/ssh/transport/known-hosts.ts';
import { ecdsa, ed25519, otherEd25519, rsa } from './keys.ts';

/** What `ssh-keygen -H` made of `web.example`, `[web.example]:2222`, `10.0.0.5` and `::1`. */
const HASHED = {
  name: '|1|AAMxER4GD5HW8Rcd7garm615EDs=|z/IHe2W59I92HBPqAFO2EGbo/LM=',
  nameAndPort: '|1|pIYgRAtuFfL+2RyoKnKXnrW1JkU=|CAY+NQ87S9T9lJLl1h90cVRHNz4=',
  address: '|1|WclwwNcmh4IaloD6oW6/EUZVln8=|fwS0N8S8jk3GnmR5a0scn+rBNTE=',
  ipv6: '|1|/lYiT0CCrlg8XtqvmhKrlgBpouo=|8o8WyN4xVoIfJOFoF4p1pK1v39k=',
};

function hashed(name: string): string {
  const salt = Buffer.from('01234567890123456789');
  const hash = createHmac('sha1', salt).update(name).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

describe('the hosts of a known_hosts line', () => {
  it.each([
    // hosts in the file, host, port, speaks about it
    ['web.example', 'web.example', 22, true],
    ['web.example', 'WEB.Example', 22, true],
    ['Web.Example', 'web.example', 22, true],
    ['web.example', 'web.example.org', 22, false],
    ['web.example', 'aweb.example', 22, false],
    ['web.example', 'webxexample', 22, false],
    ['web.example', 'web.example', 2222, false],
    ['[web.example]:2222', 'web.example', 2222, true],
    ['[web.example]:2222', 'web.example', 22, false],
    ['[web.example]:2222', 'web.example', 222, false],
    ['10.0.0.5', '10.0.0.5', 22, true],
    ['::1', '::1', 22, true],
    ['[::1]:2222', '::1', 2222, true],
    ['web.example,10.0.0.5', '10.0.0.5', 22, true],
    ['web.example,10.0.0.5', 'web.example', 22, true],
    ['web.example,10.0.0.5', '10.0.0.50', 22, false],
    ['*.example', 'web.example', 22, true],
    ['*.example', 'a.b.example', 22, true],
    ['*.example', 'example', 22, false],
    ['web?.example', 'web1.example', 22, true],
    ['web?.example', 'web.example', 22, false],
    ['web?.example', 'web12.example', 22, false],
    ['*', 'anything', 22, true],
    ['*', 'anything', 2222, true],
    ['[*.example]:2222', 'web.example', 2222, true],
    ['*.example,!web.example', 'web.example', 22, false],
    ['!web.example,*.example', 'web.example', 22, false],
    ['*.example,!web.example', 'api.example', 22, true],
    ['*.example,!web?.example', 'web1.example', 22, false],
    ['!web.example', 'api.example', 22, false],
    [HASHED.name, 'web.example', 22, true],
    [HASHED.name, 'WEB.example', 22, true],
    [HASHED.name, 'web.example', 2222, false],
    [HASHED.name, 'api.example', 22, false],
    [HASHED.nameAndPort, 'web.example', 2222, true],
    [HASHED.nameAndPort, 'web.example', 22, false],
    [HASHED.address, '10.0.0.5', 22, true],
    [HASHED.ipv6, '::1', 22, true],
    [hashed('web.example'), 'web.example', 22, true],
    [hashed('web.example').replace('|1|', '|2|'), 'web.example', 22, false],
    ['|1|', 'web.example', 22, false],
    ['|1|AAAA', 'web.example', 22, false],
    ['|1|AAAA|', 'web.example', 22, false],
  ])('%s for %s at port %i: %s', (hosts, host, port, expected) => {
    const found = knownHostKeys(`${hosts} ${ed25519.line}`, host, port);

    expect(found).toEqual(
      expected ? [{ marker: 'none', type: 'ssh-ed25519', key: ed25519.blob, line: 1 }] : [],
    );
  });
});

describe('the lines of a known_hosts file', () => {
  it('gives every key of a host, in the order of the file, with its line', () => {
    const text = [
      '# the shop',
      '',
      `web.example ${ed25519.line} a comment with spaces`,
      `api.example ${otherEd25519.line}`,
      '   \t',
      `  web.example\t\t${ecdsa.line}  `,
      `${hashed('web.example')} ${rsa.line}\r`,
      `# web.example ${otherEd25519.line}`,
    ].join('\n');

    expect(knownHostKeys(text, 'web.example', 22)).toEqual([
      { marker: 'none', type: 'ssh-ed25519', key: ed25519.blob, line: 3 },
      { marker: 'none', type: 'ecdsa-sha2-nistp256', key: ecdsa.blob, line: 6 },
      { marker: 'none', type: 'ssh-rsa', key: rsa.blob, line: 7 },
    ]);
  });

  it('marks revoked keys and certificate authorities', () => {
    const text = [
      `@revoked web.example ${ed25519.line}`,
      `@cert-authority *.example ${rsa.line}`,
      `@revoked ${hashed('web.example')} ${ecdsa.line}`,
    ].join('\n');

    expect(knownHostKeys(text, 'web.example', 22).map(({ marker, line }) => [marker, line])).toEqual([
      ['revoked', 1],
      ['cert-authority', 2],
      ['revoked', 3],
    ]);
  });

  it('heeds a revocation without a port on every port, but no other entry', () => {
    const text = [
      `@revoked web.example ${ed25519.line}`,
      `web.example ${otherEd25519.line}`,
      `@cert-authority web.example ${rsa.line}`,
    ].join('\n');

    expect(knownHostKeys(text, 'web.example', 2222).map(({ marker }) => marker)).toEqual(['revoked']);
  });

  it('reads lists, wildcards and negations behind a marker as elsewhere', () => {
    const text = [
      `@revoked *.example,!web.example ${ed25519.line}`,
      `@revoked api.example,web.* ${ecdsa.line}`,
      `@revoked [web.example]:2222 ${rsa.line}`,
    ].join('\n');

    expect(knownHostKeys(text, 'web.example', 22).map(({ line }) => line)).toEqual([2]);
    expect(knownHostKeys(text, 'web.example', 2222).map(({ line }) => line)).toEqual([2, 3]);
  });

  it.each([
    ['no key', 'web.example'],
    ['no base64', 'web.example ssh-ed25519'],
    ['a key of another type than it says', `web.example ssh-rsa ${ed25519.line.split(' ')[1]}`],
    ['a cut key', 'web.example ssh-ed25519 AAAAC3Nz'],
    ['no key at all', 'web.example ssh-ed25519 hello'],
    ['an unknown marker', `@trusted web.example ${ed25519.line}`],
    ['a marker alone', '@revoked'],
    ['the old format of protocol 1', 'web.example 1024 35 1234567890'],
  ])('skips a line with %s', (_, line) => {
    const text = `${line}\nweb.example ${ecdsa.line}`;

    expect(knownHostKeys(text, 'web.example', 22).map((entry) => entry.line)).toEqual([2]);
  });

  it('knows nobody by an empty file', () => {
    expect(knownHostKeys('', 'web.example', 22)).toEqual([]);
  });
});
