import { createSigner } from '../../../src/entry/parts/signer.ts';

/** Signs as bot and worker do, with a secret that is none. */
export const signer = createSigner('the secret of the tests');
