import { createHmac, timingSafeEqual } from 'node:crypto';
import { keyType } from './key-blob.ts';

/** One line of a known_hosts file that is about the host in question. */
export interface KnownHostKey {
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  /** As in the file, e.g. `ssh-ed25519`. */
  readonly type: string;
  readonly key: Buffer;
  /** Counted from 1, for messages. */
  readonly line: number;
}

const DEFAULT_PORT = 22;

/**
 * The entries for a host and port in the text of a known_hosts file. Stricter than ssh in one point: an entry without a port
 * counts for port 22 only. `@revoked` without a port counts for every port.
 */
export function knownHostKeys(text: string, host: string, port: number): readonly KnownHostKey[] {
  const bare = host.toLowerCase();
  const name = port === DEFAULT_PORT ? bare : `[${bare}]:${port}`;
  return text.split('\n').flatMap((content, index) => {
    const entry = parseLine(content.trim());
    if (entry === undefined) return [];
    const names = entry.marker === 'revoked' ? [name, bare] : [name];
    if (!names.some((each) => matchesHosts(entry.hosts, each))) return [];
    return [{ marker: entry.marker, type: entry.type, key: entry.key, line: index + 1 }];
  });
}

interface Entry extends Omit<KnownHostKey, 'line'> {
  readonly hosts: string;
}

const MARKERS: Readonly<Record<string, KnownHostKey['marker']>> = {
  '@revoked': 'revoked',
  '@cert-authority': 'cert-authority',
};

/** undefined for blank lines, comments, and lines without a usable entry (ssh skips those as well). */
function parseLine(line: string): Entry | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const words = line.split(/[ \t]+/);
  const first = words[0] ?? '';
  const marker = first.startsWith('@') ? MARKERS[first] : 'none';
  if (marker === undefined) return undefined;
  const [hosts, type, base64] = marker === 'none' ? words : words.slice(1);
  if (hosts === undefined || type === undefined || base64 === undefined) return undefined;
  const key = Buffer.from(base64, 'base64');
  if (keyType(key) !== type) return undefined;
  return { marker, hosts, type, key };
}

function matchesHosts(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHashed(hosts, name);
  let matched = false;
  for (const pattern of hosts.toLowerCase().split(',')) {
    const negated = pattern.startsWith('!');
    if (!wildcard(negated ? pattern.slice(1) : pattern).test(name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** `|1|salt|hash`, where hash is HMAC-SHA1 of the name keyed by the salt. */
function matchesHashed(hosts: string, name: string): boolean {
  const [, version, salt, hash] = hosts.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** Only `*` and `?` are special; brackets are part of `[host]:port`. */
function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}
