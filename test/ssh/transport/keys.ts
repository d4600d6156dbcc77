/** Public keys made by ssh-keygen, with the fingerprints that `ssh-keygen -l` printed for them. */
interface PublicKey {
  readonly line: string;
  readonly blob: Buffer;
  readonly fingerprint: string;
}

const RSA =
  'AAAAB3NzaC1yc2EAAAADAQABAAABAQDeYT9A2ZzjCjAfBSbEndz8FZeLKXvHQ5ifkeCrcrq+8cAy2jGbfy5+g+4FGFeauhtL' +
  '6Ef0O7DRV9cQppJmNWSP7sqVdmX50/WttDV0iHAD2iFAOqvGkqTSrdjbuXrNKXgLToGY0jme8D/ZCsZSSJ6lSm3aEr2Y8aOB' +
  't0GMIMI7xjzq56xQlXP5ZOJutzEbwMU2BEZUHqcSdLAYb2F+M30VT/S3F1zGIOd+Q9c9x3ykYnnyb1beUb3wVIwhyW5uZlGj' +
  'kgACu5Lo/FxVZwAovuuX8EirJ+lCOrc2VtO9VIE9aQKEXzwSM/f+kWbrqgI50TMUxvfdszc/osllpNlnZeYJ';

export const ed25519 = publicKey(
  'ssh-ed25519',
  'AAAAC3NzaC1lZDI1NTE5AAAAIPUqz8QMZ2riT6YY9/mq/YbznIRpyWCjrOeotU2UwHkG',
  'SHA256:EYhVHfPHTvzVLbV6ZjawgDAUT1YSSSdmUD1F0MbXLpc',
);
export const otherEd25519 = publicKey(
  'ssh-ed25519',
  'AAAAC3NzaC1lZDI1NTE5AAAAIM7S2/2i09CJX+C4W8M2gTdFYiJwAhBkuXpJ2T1n2b+c',
  'SHA256:aa+n8qtTCxGMkkmpX41cVcXe6afbPStr2cmODCEcGMQ',
);
export const ecdsa = publicKey(
  'ecdsa-sha2-nistp256',
  'AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBG4VOhzjtVcyh+9k06R0BgyFdofHYQlZ4YZ23H/E5BWYJYiu07gD2Q/6BtUjfsO1ccgqy87FTcsa0E5+qgRNcQE=',
  'SHA256:YCcBBBMhA1poaSngTbjzhEGrzi8PTOd58OyuaSXznz0',
);
export const rsa = publicKey('ssh-rsa', RSA, 'SHA256:udlFuZCdfAH9Zi4FRA+tDMcZZ0Suq57umMzUsTBk63I');

function publicKey(type: string, base64: string, fingerprint: string): PublicKey {
  return { line: `${type} ${base64}`, blob: Buffer.from(base64, 'base64'), fingerprint };
}
