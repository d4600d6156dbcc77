/** What only a person can check after a rollback; each becomes a box to tick. */
export const BOXES = {
  login: { text: 'Log in to the admin', check: 'admin login' },
  form: { text: 'Send one contact form', check: 'form' },
  phone: { text: 'Look at the homepage on your phone', check: null },
} as const;

export type BoxId = keyof typeof BOXES;

export function boxText(id: BoxId): string {
  return BOXES[id].text;
}

export function isBoxId(text: string): text is BoxId {
  return Object.hasOwn(BOXES, text);
}
