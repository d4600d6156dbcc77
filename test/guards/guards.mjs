/**
 * Every guard that stands between a site and harm: a patch that removes it, and the tests that must notice.
 *
 * A row: the guard, its file, the text to find there (exactly once), the text to put in its place, one or more test files,
 * and a pattern that limits them to some titles. Instead of test files: `{ built }` for a test file that starts the built
 * product, or `{ trials }` for the arguments of the fault trials.
 */
import { APP } from './app.mjs';
import { BUILD } from './build.mjs';
import { DOMAIN } from './domain.mjs';
import { ENTRY } from './entry.mjs';
import { HOST } from './host.mjs';
import { POLICY } from './policy.mjs';
import { SLACK } from './slack.mjs';
import { SSH } from './ssh.mjs';
import { STORE } from './store.mjs';
import { SWITCH } from './switch.mjs';
import { WEB } from './web.mjs';

const ROWS = [SWITCH, HOST, DOMAIN, BUILD, APP, POLICY, SLACK, STORE, SSH, WEB, ENTRY].flat();

export const GUARDS = ROWS.map(([guard, file, find, replace, by, named]) => {
  return { guard, file, find, replace, named, ...noticedBy(by) };
});

function noticedBy(by) {
  if (by.trials) return by;
  return by.built ? { tests: [by.built], built: true } : { tests: [by].flat() };
}
