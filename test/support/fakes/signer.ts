import { createSigner } from '../../../src/entry/parts/signer.ts';

/** As bot and worker sign, with a secret that everybody may know. */
export const signer = createSigner('the secret of the tests');
