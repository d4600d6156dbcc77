import { createRecordKeys } from '../../../src/entry/parts/record-keys.ts';
import { createSigner } from '../../../src/entry/parts/signer.ts';

const SECRETS = { secret: 'the secret of the tests', alsoAccepted: [] };

/** Signs as bot and worker do, with a secret that is none. */
export const signer = createSigner(SECRETS);

/** Seals as bot and worker do, with that secret. */
export const recordKeys = createRecordKeys(SECRETS, ['bot', 'worker']);

/** For tests that look at what a run is, and not at who wrote it. */
export const SEAL = { by: 'bot', key: '00000000' } as const;

/** Stands for the hash of an entry in such tests. */
export const HASH = '0a'.repeat(32);
