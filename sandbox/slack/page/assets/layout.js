import { byId } from './dom.js';
import { session } from './session.js';

const NARROW = matchMedia('(max-width: 760px)');

export const isNarrow = () => NARROW.matches;

const isDrawerOpen = () => document.body.classList.contains('drawer-open');

/** On a phone, one panel at a time. A covered one can neither be tapped nor reached with Tab. */
export const arrange = () => {
  const narrow = isNarrow();
  const drawer = narrow && isDrawerOpen();
  const sheet = narrow && session.route.thread !== '';
  byId('sidebar').inert = narrow && !drawer;
  byId('channel').inert = drawer || sheet;
  byId('thread').inert = drawer;
  byId('open-drawer').setAttribute('aria-expanded', String(drawer));
};

const openDrawer = () => {
  document.body.classList.add('drawer-open');
  arrange();
  const current = byId('sidebar').querySelector('[aria-current]');
  if (current instanceof HTMLElement) current.focus();
};

export const closeDrawer = () => {
  if (!isDrawerOpen()) return;
  document.body.classList.remove('drawer-open');
  arrange();
};

/** Whether the person can see the messages of the channel. */
export const isChannelInView = () =>
  !document.hidden && !(isNarrow() && (isDrawerOpen() || session.route.thread !== ''));

export const startLayout = () => {
  byId('open-drawer').addEventListener('click', openDrawer);
  byId('scrim').addEventListener('click', closeDrawer);
  NARROW.addEventListener('change', arrange);
  arrange();
};

const THEME = 'local-slack-theme';

/** Light or dark colours follow the machine until the person chooses. */
export const startTheme = () => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const button = byId('theme');
  const isDark = () =>
    (document.documentElement.dataset['theme'] ?? (dark.matches ? 'dark' : 'light')) === 'dark';
  const stored = localStorage.getItem(THEME);
  if (stored === 'dark' || stored === 'light') document.documentElement.dataset['theme'] = stored;
  const show = () => {
    document.body.classList.toggle('is-dark', isDark());
    button.setAttribute('aria-label', isDark() ? 'Use light colours' : 'Use dark colours');
    button.title = isDark() ? 'Use light colours' : 'Use dark colours';
  };
  button.addEventListener('click', () => {
    const next = isDark() ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = next;
    localStorage.setItem(THEME, next);
    show();
  });
  dark.addEventListener('change', show);
  show();
};
