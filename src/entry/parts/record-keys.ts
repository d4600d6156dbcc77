import { createHmac } from 'node:crypto';
import type { RecordKeys } from '../../app/ports/record-keys.ts';
import type { Author } from '../../domain/run/seal.ts';
import { keyFor, keyId, type Secrets } from './secrets.ts';

/** The keys of the record, made from APPROVAL_SECRET. `authors`: what this process writes as. */
export function createRecordKeys({ secret, alsoAccepted }: Secrets, authors: readonly Author[]): RecordKeys {
  const own = keyId(secret);
  const keys = new Map<string, Readonly<Record<Author, Buffer>>>(
    [secret, ...alsoAccepted].map((one) => [
      keyId(one),
      { bot: keyFor(one, 'record of bot'), worker: keyFor(one, 'record of worker') },
    ]),
  );
  const hash: RecordKeys['hash'] = ({ by, key }, text) => {
    const found = keys.get(key);
    return found === undefined ? null : createHmac('sha256', found[by]).update(text, 'utf8').digest('hex');
  };
  return {
    hash,
    seal: (allowed, text) => {
      const by = authors.find((one) => allowed.includes(one));
      if (by === undefined) throw new Error(`this process does not write as ${allowed.join(' or ')}`);
      const seal = { by, key: own };
      return { seal, hash: hash(seal, text(seal)) ?? '' };
    },
  };
}
