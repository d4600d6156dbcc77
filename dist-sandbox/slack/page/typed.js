/** Typed text as Slack's client sends it: special characters escaped, names turned into ids. */
export const encoded = (slack, typed) => {
    const safe = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    return safe
        .replaceAll(/(?<![\w.])@([\w][\w.-]*)/g, (whole, name) => person(slack, name) ?? whole)
        .replaceAll(/(?<![\w&])#([\w-]+)/g, (whole, name) => channel(slack, name) ?? whole);
};
const person = (slack, name) => {
    const called = name.toLowerCase();
    if (called === 'here' || called === 'channel' || called === 'everyone')
        return `<!${called}>`;
    const user = slack
        .users()
        .find((one) => [one.name, one.displayName].some((known) => known.toLowerCase() === called));
    if (user !== undefined)
        return `<@${user.id}>`;
    const group = slack.groups().find(({ handle }) => handle.toLowerCase() === called);
    return group === undefined ? undefined : `<!subteam^${group.id}>`;
};
const channel = (slack, name) => {
    const found = slack.channels().find((one) => !one.isPrivate && one.name === name);
    return found === undefined ? undefined : `<#${found.id}|${found.name}>`;
};
