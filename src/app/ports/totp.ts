/** The codes of RFC 6238, as the apps on phones make them. */
export interface Totp {
  /** A new secret of 160 bits, base32. */
  newSecret(): string;
  /** The time step that this code belongs to: the one of `now` (ISO 8601), or one beside it; null: none of these. */
  stepOf(secret: string, code: string, now: string): number | null;
  /** What a QR code for the phone holds. `name`: what the app shows. */
  uri(secret: string, name: string): string;
}
