import type { SecretHeader } from '../domain/site/secret-header.ts';

/** Reads the first line of a file that holds a secret, each time that it is needed. */
export type ReadSecret = (
  file: string,
) => Promise<{ readonly password: string } | { readonly problem: string }>;

/** The header with its value, for one call; or why there is none. No problem holds the secret. */
export async function readSecretHeader(
  readSecret: ReadSecret,
  secret: SecretHeader | undefined,
): Promise<{ readonly headers: Readonly<Record<string, string>> } | { readonly problem: string }> {
  if (secret === undefined) return { headers: {} };
  const read = await readSecret(secret.file);
  if ('problem' in read) return { problem: `its secret: ${read.problem}` };
  return /^[\x20-\x7e]+$/.test(read.password)
    ? { headers: { [secret.header]: read.password } }
    : { problem: `its secret: ${secret.file} holds characters that no header can` };
}
