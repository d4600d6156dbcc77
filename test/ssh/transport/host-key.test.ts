import { describe, expect, it } from 'vitest';
import {
  checkHostKey,
  describeVerdict,
  type HostKeyVerdict,
  hostKeyAlgorithms,
} from '../../../src/ssh/transport/host-key.ts';
import { fingerprint, keyType } from '../../../src/ssh/transport/key-blob.ts';
import { knownHostKeys } from '../../../src/ssh/transport/known-hosts.ts';
import { ecdsa, ed25519, otherEd25519, rsa } from './keys.ts';

const known = (...lines: readonly string[]) => knownHostKeys(lines.join('\n'), 'web.example', 22);

describe('fingerprint', () => {
  it.each([
    ['ed25519', ed25519],
    ['ecdsa', ecdsa],
    ['rsa', rsa],
  ])('is what ssh-keygen prints for an %s key', (_, key) => {
    expect(fingerprint(key.blob)).toBe(key.fingerprint);
  });
});

describe('keyType', () => {
  it.each([
    ['an ed25519 key', ed25519.blob, 'ssh-ed25519'],
    ['an rsa key', rsa.blob, 'ssh-rsa'],
    ['nothing', Buffer.alloc(0), ''],
    ['a length without a name', Buffer.from([0, 0, 0, 7]), ''],
    ['a name without a key', Buffer.from([0, 0, 0, 1, 65]), ''],
    ['an absurd length', Buffer.from([255, 255, 255, 255, 65, 66]), ''],
  ])('of %s', (_, blob, expected) => {
    expect(keyType(blob)).toBe(expected);
  });
});

describe('checkHostKey', () => {
  it.each<[string, Parameters<typeof checkHostKey>, HostKeyVerdict]>([
    [
      'trusts the pinned key without a file',
      [ed25519.blob, { pinned: ed25519.fingerprint, known: [] }],
      { kind: 'trusted', presented: ed25519.fingerprint },
    ],
    [
      'takes a pin with base64 padding',
      [ed25519.blob, { pinned: `${ed25519.fingerprint}=`, known: [] }],
      { kind: 'trusted', presented: ed25519.fingerprint },
    ],
    [
      'lets the pin win over a file that knows another key',
      [ed25519.blob, { pinned: ed25519.fingerprint, known: known(`web.example ${otherEd25519.line}`) }],
      { kind: 'trusted', presented: ed25519.fingerprint },
    ],
    [
      'lets the pin win over a file that knows the presented key',
      [ed25519.blob, { pinned: otherEd25519.fingerprint, known: known(`web.example ${ed25519.line}`) }],
      { kind: 'changed', presented: ed25519.fingerprint, expected: [otherEd25519.fingerprint] },
    ],
    [
      'does not take the beginning of a fingerprint for a pin',
      [ed25519.blob, { pinned: ed25519.fingerprint.slice(0, 20), known: [] }],
      { kind: 'changed', presented: ed25519.fingerprint, expected: [ed25519.fingerprint.slice(0, 20)] },
    ],
    [
      'refuses every key for an empty pin',
      [ed25519.blob, { pinned: '', known: known(`web.example ${ed25519.line}`) }],
      { kind: 'changed', presented: ed25519.fingerprint, expected: [''] },
    ],
    [
      'trusts any one of several known keys',
      [ecdsa.blob, { known: known(`web.example ${ed25519.line}`, `web.example ${ecdsa.line}`) }],
      { kind: 'trusted', presented: ecdsa.fingerprint },
    ],
    [
      'calls another key of a known type changed',
      [otherEd25519.blob, { known: known(`web.example ${ed25519.line}`) }],
      { kind: 'changed', presented: otherEd25519.fingerprint, expected: [ed25519.fingerprint] },
    ],
    [
      'calls a key of a new type changed if the host has known keys, and names all of them',
      [rsa.blob, { known: known(`web.example ${ed25519.line}`, `web.example ${ecdsa.line}`) }],
      { kind: 'changed', presented: rsa.fingerprint, expected: [ed25519.fingerprint, ecdsa.fingerprint] },
    ],
    [
      'calls a host without entries unknown',
      [ed25519.blob, { known: [] }],
      { kind: 'unknown', presented: ed25519.fingerprint, authorities: [] },
    ],
    [
      'does not count a certificate authority as a known key, even if it is the presented one',
      [ed25519.blob, { known: known('', `@cert-authority web.example ${ed25519.line}`) }],
      { kind: 'unknown', presented: ed25519.fingerprint, authorities: [2] },
    ],
    [
      'refuses a revoked key that is known as well',
      [ed25519.blob, { known: known(`web.example ${ed25519.line}`, `@revoked * ${ed25519.line}`) }],
      { kind: 'revoked', presented: ed25519.fingerprint, line: 2 },
    ],
    [
      'refuses a revoked key that is pinned',
      [ed25519.blob, { pinned: ed25519.fingerprint, known: known(`@revoked * ${ed25519.line}`) }],
      { kind: 'revoked', presented: ed25519.fingerprint, line: 1 },
    ],
    [
      'does not mind that another key is revoked',
      [ed25519.blob, { known: known(`web.example ${ed25519.line}`, `@revoked * ${otherEd25519.line}`) }],
      { kind: 'trusted', presented: ed25519.fingerprint },
    ],
    [
      'does not take the revocation of another key for knowledge of the host',
      [ed25519.blob, { known: known(`@revoked * ${otherEd25519.line}`) }],
      { kind: 'unknown', presented: ed25519.fingerprint, authorities: [] },
    ],
  ])('%s', (_, args, expected) => {
    expect(checkHostKey(...args)).toEqual(expected);
  });
});

describe('describeVerdict', () => {
  it.each<[HostKeyVerdict, string]>([
    [{ kind: 'trusted', presented: 'SHA256:a' }, ''],
    [
      { kind: 'revoked', presented: 'SHA256:a', line: 4 },
      'the host key of web.example:22, SHA256:a, is marked @revoked in line 4 of known_hosts',
    ],
    [
      { kind: 'changed', presented: 'SHA256:a', expected: ['SHA256:b', 'SHA256:c'] },
      'the host key of web.example:22 is not the expected one: presented SHA256:a, expected SHA256:b or SHA256:c',
    ],
    [
      { kind: 'unknown', presented: 'SHA256:a', authorities: [] },
      'the host key of web.example:22 is unknown: presented SHA256:a, and there is no pinned fingerprint and no entry in known_hosts',
    ],
    [
      { kind: 'unknown', presented: 'SHA256:a', authorities: [2, 5] },
      'the host key of web.example:22 is unknown: presented SHA256:a, and there is no pinned fingerprint and no entry in known_hosts but @cert-authority in line 2, 5, which is not supported',
    ],
  ])('says of %o what a person has to compare', (verdict, expected) => {
    expect(describeVerdict(verdict, 'web.example:22')).toBe(expected);
  });
});

describe('hostKeyAlgorithms', () => {
  const all = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ];

  it('offers the whole list, and no SHA-1, to a host of which nothing is known', () => {
    expect(hostKeyAlgorithms({ known: [] })).toEqual(all);
  });

  it('puts known types first and keeps the others', () => {
    const algorithms = hostKeyAlgorithms({
      known: known(`web.example ${rsa.line}`, `web.example ${ecdsa.line}`),
    });

    expect(algorithms).toEqual([
      'ecdsa-sha2-nistp256',
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-ed25519',
      'ecdsa-sha2-nistp384',
      'ecdsa-sha2-nistp521',
    ]);
  });

  it('takes the type of a pinned key from the file, and only that', () => {
    const lines = known(`web.example ${ed25519.line}`, `web.example ${rsa.line}`);

    expect(hostKeyAlgorithms({ pinned: rsa.fingerprint, known: lines })[0]).toBe('rsa-sha2-512');
  });

  it('does not prefer the type of a revoked key or of a certificate authority', () => {
    const lines = known(`@revoked * ${rsa.line}`, `@cert-authority * ${ecdsa.line}`);

    expect(hostKeyAlgorithms({ known: lines })).toEqual(all);
  });

  it('leaves excluded types out', () => {
    expect(hostKeyAlgorithms({ known: [] }, ['ssh-ed25519', 'ssh-rsa'])).toEqual([
      'ecdsa-sha2-nistp256',
      'ecdsa-sha2-nistp384',
      'ecdsa-sha2-nistp521',
    ]);
  });
});
