import { usesTwelveHours } from './dates.js';

/** @import { ChannelView, MessageView, PageState, PersonView } from '../state.ts' */
/** @import { Reader } from './dates.js' */

/**
 * The last state from the server, and where the person is on the page.
 *
 * @type {{ state: PageState | undefined, route: Route }}
 */
export const session = { state: undefined, route: { user: '', channel: '', thread: '' } };

/** @typedef {{ readonly user: string, readonly channel: string, readonly thread: string }} Route */

/** The address names person, channel and thread: two tabs can be two people, and "back" closes a thread. @returns {Route} */
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
  if (session.state === undefined) throw new Error('the page has no state yet');
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

/** The messages in the channel itself, without replies. @param {ChannelView} channel @returns {readonly MessageView[]} */
export const topLevel = ({ messages }) =>
  messages.filter(({ threadTs, alsoInChannel }) => threadTs === null || alsoInChannel);

/** @param {ChannelView} channel @param {string} ts @returns {readonly MessageView[]} */
export const repliesTo = ({ messages }, ts) => messages.filter(({ threadTs }) => threadTs === ts);

/** @typedef {{ readonly ok: boolean, readonly error?: string, readonly sent?: boolean, readonly errors?: Record<string, string> }} ActionResult */

/** Sends an action of this person. Never throws: the result says what went wrong. @param {Readonly<Record<string, unknown>>} action @returns {Promise<ActionResult>} */
export const act = async (action) => {
  try {
    const response = await fetch('/page/act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: session.route.user, ...action }),
    });
    return { ok: false, ...(await response.json()) };
  } catch {
    return { ok: false, error: 'The local Slack cannot be reached. Is it still running?' };
  }
};
