import { renderUnicodeCompact } from 'uqr';

/** A QR code for a terminal, two of its rows in one line. Phones read it on a dark and on a light one, with its border. */
export function qrCode(text: string): string {
  return renderUnicodeCompact(text, { border: 2, ecc: 'L' });
}
