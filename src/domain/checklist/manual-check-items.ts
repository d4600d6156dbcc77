/** What only a person can check after a rollback. `check`: name of the bot's own check that does the same. */
export const MANUAL_CHECKS = {
  login: { text: 'Log in to the admin', check: 'admin login' },
  form: { text: 'Send one contact form', check: 'form' },
  phone: { text: 'Look at the homepage on your phone', check: null },
} as const;

export type ManualCheckId = keyof typeof MANUAL_CHECKS;

export function manualCheckText(id: ManualCheckId): string {
  return MANUAL_CHECKS[id].text;
}

export function isManualCheckId(text: string): text is ManualCheckId {
  return Object.hasOwn(MANUAL_CHECKS, text);
}
