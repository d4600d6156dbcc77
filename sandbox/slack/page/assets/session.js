import { usesTwelveHours } from './dates.js';

/** @import { ChannelView, MessageView, PageState, PersonView } from '../state.ts' */
/** @import { Reader } from './dates.js' */

/**
 * What this page knows: the last state that the server sent, and where the person is.
 *
 * @type {{ state: PageState | undefined, route: Route }}
 */
export const session = { state: undefined, route: { user: '', channel: '', thread: '' } };

/** @typedef {{ readonly user: string, readonly channel: string, readonly thread: string }} Route */

/** Who, where and which thread stand in the address, so that two tabs can be two people and "back" closes a thread. @returns {Route} */
export const readRoute = () => {
  const [user = '', channel = '', thread = ''] = location.hash
    .replace(/^#\/?/, '')
    .split('/')
    .map(decodeURIComponent);
  return { user, channel, thread };
};

/** @param {Partial<Route>} change */
export const go = (change) => {
  const { user, channel, thread } = { ...session.route, ...change };
  const hash = `#/${[user, channel, thread]
    .filter((part) => part !== '')
    .map(encodeURIComponent)
    .join('/')}`;
  if (hash !== location.hash) location.hash = hash;
};

export const stateNow = () => {
  if (session.state === undefined) throw new Error('nothing has been loaded yet');
  return session.state;
};

/** @returns {ChannelView | undefined} */
export const currentChannel = () => session.state?.channels.find(({ id }) => id === session.route.channel);

/** @param {string} id @returns {PersonView | undefined} */
export const personOf = (id) => session.state?.people.find((person) => person.id === id);

/** @param {string} id */
export const nameOf = (id) => personOf(id)?.name ?? 'Former member';

/** How the person of this page reads dates. @returns {Reader} */
export const reader = () => ({
  zone: personOf(stateNow().me)?.tz ?? 'UTC',
  hour12: usesTwelveHours(navigator.language),
  now: Date.now(),
});

/** @param {string} ts */
export const msOf = (ts) => Number(ts) * 1000;

/** The messages that stand in the channel itself. @param {ChannelView} channel @returns {readonly MessageView[]} */
export const topLevel = ({ messages }) =>
  messages.filter(({ threadTs, alsoInChannel }) => threadTs === null || alsoInChannel);

/** @param {ChannelView} channel @param {string} ts @returns {readonly MessageView[]} */
export const repliesTo = ({ messages }, ts) => messages.filter(({ threadTs }) => threadTs === ts);

/** @typedef {{ readonly ok: boolean, readonly error?: string, readonly sent?: boolean, readonly errors?: Record<string, string> }} DeedResult */

/** Does something as this person. Never throws: what went wrong comes back in words. @param {Readonly<Record<string, unknown>>} deed @returns {Promise<DeedResult>} */
export const act = async (deed) => {
  try {
    const response = await fetch('/page/act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: session.route.user, ...deed }),
    });
    return { ok: false, ...(await response.json()) };
  } catch {
    return { ok: false, error: 'The local Slack cannot be reached. Is it still running?' };
  }
};
