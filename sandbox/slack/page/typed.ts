import type { LocalSlack } from '../local-slack.ts';

/** Typed text as Slack's client sends it: with special characters escaped and names replaced by ids. */
export const encoded = (slack: LocalSlack, typed: string): string => {
  const safe = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return safe
    .replaceAll(/(?<![\w.])@([\w][\w.-]*)/g, (whole, name: string) => person(slack, name) ?? whole)
    .replaceAll(/(?<![\w&])#([\w-]+)/g, (whole, name: string) => channel(slack, name) ?? whole);
};

const person = (slack: LocalSlack, name: string): string | undefined => {
  const called = name.toLowerCase();
  if (called === 'here' || called === 'channel' || called === 'everyone') return `<!${called}>`;
  const user = slack
    .users()
    .find((one) => [one.name, one.displayName].some((known) => known.toLowerCase() === called));
  if (user !== undefined) return `<@${user.id}>`;
  const group = slack.groups().find(({ handle }) => handle.toLowerCase() === called);
  return group === undefined ? undefined : `<!subteam^${group.id}>`;
};

const channel = (slack: LocalSlack, name: string): string | undefined => {
  const found = slack.channels().find((one) => !one.isPrivate && one.name === name);
  return found === undefined ? undefined : `<#${found.id}|${found.name}>`;
};
