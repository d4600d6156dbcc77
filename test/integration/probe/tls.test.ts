import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSiteProbe } from '../../../src/probe/site-probe.ts';
import { site } from '../../support/story/site.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const DOMAIN = 'acme-kitchens.example';

describe.skipIf(!hasOpenssl)('over HTTPS, the health of a site says', () => {
  let folder: string;
  let server: Server | ReturnType<typeof createHttpServer> | undefined;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rollback-tls-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async () => {
    await new Promise((resolve) => server?.close(resolve));
  });

  /** A self-signed certificate that is valid for so many days from now. Negative: it has expired. */
  function certificate(name: string, days: number) {
    const [key, cert, request] = ['key', 'crt', 'csr'].map((end) => join(folder, `${name}${days}.${end}`));
    const openssl = (...argv: readonly string[]) => execFileSync('openssl', argv, { stdio: 'pipe' });
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-addext',
      `subjectAltName=DNS:${name}`,
      '-keyout',
      key ?? '',
      '-out',
      request ?? '',
    );
    openssl(
      'x509',
      '-req',
      '-in',
      request ?? '',
      '-signkey',
      key ?? '',
      '-days',
      String(days),
      '-copy_extensions',
      'copy',
      '-out',
      cert ?? '',
    );
    return { key: readFileSync(key ?? ''), cert: readFileSync(cert ?? '') };
  }

  async function wordOf(listening: NonNullable<typeof server>): Promise<string> {
    server = listening;
    listening.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    const where = site({ url: `https://${DOMAIN}:${port}`, smoke: { connect: '127.0.0.1' } });
    return (await createSiteProbe().health(where)).word;
  }

  it.each([
    [
      'that its issuer is unknown',
      DOMAIN,
      30,
      `the certificate of ${DOMAIN} is self-signed, so it proves nothing`,
    ],
    ['that it has expired', DOMAIN, -1, `the certificate of ${DOMAIN} has expired`],
  ])('%s', async (_, name, days, word) => {
    expect(await wordOf(createServer(certificate(name, days)))).toBe(word);
  });

  it('that the port speaks HTTP', async () => {
    expect(await wordOf(createHttpServer())).toBe(`${DOMAIN} answers, but not with TLS`);
  });
});
