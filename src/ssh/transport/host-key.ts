import { fingerprint } from './key-blob.ts';
import type { KnownHostKey } from './known-hosts.ts';

export interface HostKeyExpectation {
  /** A pinned `SHA256:…`. If there is one, it alone decides. */
  readonly pinned?: string | undefined;
  readonly known: readonly KnownHostKey[];
}

export type HostKeyVerdict =
  | { readonly kind: 'trusted'; readonly presented: string }
  | { readonly kind: 'revoked'; readonly presented: string; readonly line: number }
  | { readonly kind: 'changed'; readonly presented: string; readonly expected: readonly string[] }
  | {
      readonly kind: 'unknown';
      readonly presented: string;
      /** Lines of `@cert-authority` entries for this host. These are not supported. */
      readonly authorities: readonly number[];
    };

/**
 * Judges a presented key. A revoked key is refused even if it is pinned. If other keys of the host are known, it counts as
 * changed, even if it presents a new type: we ask for the known types first, so the host no longer offers them.
 */
export function checkHostKey(key: Buffer, expectation: HostKeyExpectation): HostKeyVerdict {
  const presented = fingerprint(key);
  const revoked = expectation.known.find((entry) => entry.marker === 'revoked' && entry.key.equals(key));
  if (revoked !== undefined) return { kind: 'revoked', presented, line: revoked.line };
  if (expectation.pinned !== undefined) {
    const pinned = expectation.pinned.replace(/=+$/, '');
    return presented === pinned
      ? { kind: 'trusted', presented }
      : { kind: 'changed', presented, expected: [pinned] };
  }
  const known = expectation.known.filter((entry) => entry.marker === 'none');
  if (known.some((entry) => entry.key.equals(key))) return { kind: 'trusted', presented };
  if (known.length > 0) {
    return { kind: 'changed', presented, expected: known.map((entry) => fingerprint(entry.key)) };
  }
  const authorities = expectation.known.filter((entry) => entry.marker === 'cert-authority');
  return { kind: 'unknown', presented, authorities: authorities.map((entry) => entry.line) };
}

/** One sentence for a person who has to compare fingerprints; '' for a trusted key. */
export function describeVerdict(verdict: HostKeyVerdict, hostName: string): string {
  switch (verdict.kind) {
    case 'trusted':
      return '';
    case 'revoked':
      return `the host key of ${hostName}, ${verdict.presented}, is marked @revoked in line ${verdict.line} of known_hosts`;
    case 'changed':
      return `the host key of ${hostName} is not the expected one: presented ${verdict.presented}, expected ${verdict.expected.join(' or ')}`;
    case 'unknown': {
      const start = `the host key of ${hostName} is unknown: presented ${verdict.presented}, and there is no pinned fingerprint and no entry in known_hosts`;
      return verdict.authorities.length === 0
        ? start
        : `${start} but @cert-authority in line ${verdict.authorities.join(', ')}, which is not supported`;
    }
  }
}

/** The signature algorithms that we accept for host keys, best first, with the key type that each needs. */
const HOST_KEY_ALGORITHMS = [
  { name: 'ssh-ed25519', type: 'ssh-ed25519' },
  { name: 'ecdsa-sha2-nistp256', type: 'ecdsa-sha2-nistp256' },
  { name: 'ecdsa-sha2-nistp384', type: 'ecdsa-sha2-nistp384' },
  { name: 'ecdsa-sha2-nistp521', type: 'ecdsa-sha2-nistp521' },
  { name: 'rsa-sha2-512', type: 'ssh-rsa' },
  { name: 'rsa-sha2-256', type: 'ssh-rsa' },
] as const;

export type HostKeyAlgorithm = (typeof HOST_KEY_ALGORITHMS)[number]['name'];

/**
 * The algorithms to offer: those of expected keys first, so that a host with several keys presents one that we can check;
 * never those of `excluded` types.
 */
export function hostKeyAlgorithms(
  expectation: HostKeyExpectation,
  excluded: readonly string[] = [],
): HostKeyAlgorithm[] {
  const expected = new Set(expectedTypes(expectation));
  const usable = HOST_KEY_ALGORITHMS.filter(({ type }) => !excluded.includes(type));
  const first = usable.filter(({ type }) => expected.has(type));
  const rest = usable.filter(({ type }) => !expected.has(type));
  return [...first, ...rest].map(({ name }) => name);
}

function expectedTypes({ pinned, known }: HostKeyExpectation): readonly string[] {
  const trusted = known.filter((entry) => entry.marker === 'none');
  const decisive =
    pinned === undefined
      ? trusted
      : trusted.filter((entry) => fingerprint(entry.key) === pinned.replace(/=+$/, ''));
  return decisive.map((entry) => entry.type);
}
