import { deflateSync } from 'node:zlib';

/**
 * A Python program as a shorter one that unpacks and runs it. A command travels in one packet of SSH, and not every server takes
 * packets of more than 32,768 bytes.
 */
export function packedProgram(source: string): string {
  const packed = deflateSync(Buffer.from(source), { level: 9 }).toString('base64');
  return `import base64, zlib\nexec(compile(zlib.decompress(base64.b64decode("${packed}")), "probe", "exec"))\n`;
}
