import { type Site, siteKey } from '../domain/site/site.ts';
import type { ConfigFinding } from './document.ts';

/** Secrets that others can read on their way, or in the file. Allowed, because only people know who is on the way. */
export function clearTextWarnings(sites: readonly Site[]): readonly ConfigFinding[] {
  return sites.flatMap((site, index) =>
    [loginFinding(site), ...pagerFindings(site), statusPageFinding(site)]
      .filter((one) => one !== null)
      .map(({ path, message }) => ({ path: ['sites', index, ...path], message })),
  );
}

function loginFinding({ url, smoke }: Site): ConfigFinding | null {
  if (smoke?.login === undefined || !isReadable(url, smoke.connect)) return null;
  return {
    path: ['smoke', 'login'],
    message: `sends its password unencrypted over the network, because url is ${new URL(url).origin}; make url https, or leave the login out`,
  };
}

function pagerFindings(site: Site): readonly (ConfigFinding | null)[] {
  const { webhook, secret } = site.paging;
  if (webhook === undefined) return [];
  const { username, password } = new URL(webhook);
  const path = ['paging', 'webhook'];
  const carries =
    secret === undefined ? 'what is wrong with the site' : 'its secret and what is wrong with the site';
  return [
    username === '' && password === ''
      ? null
      : {
          path,
          message: `has a password in it, for whoever can read this file; put it into a file that only the bot can read, and name that in paging.secret of ${siteKey(site)}`,
        },
    isReadable(webhook)
      ? { path, message: `sends ${carries} unencrypted over the network; make it https` }
      : null,
  ];
}

function statusPageFinding({ stakeholders }: Site): ConfigFinding | null {
  const webhook = stakeholders?.webhook;
  if (webhook?.secret === undefined || !isReadable(webhook.url)) return null;
  return {
    path: ['stakeholders', 'webhook', 'url'],
    message: 'sends its secret unencrypted over the network; make it https',
  };
}

/** Whether others can read what is sent to this address. `connect`: where the connection really goes. */
function isReadable(address: string, connect?: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !isThisMachine(connect ?? hostname);
}

function isThisMachine(host: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
