import type { Site } from '../domain/site/site.ts';
import { addressOn, ask, type HttpAnswer } from './ask.ts';

/** One visitor with a browser: keeps cookies, says where it comes from, and stays on the site. */
export class Visit {
  readonly site: Site;
  readonly #deadlineMs: number;
  readonly #cookies = new Map<string, string>();
  #page = '/';

  constructor(site: Site, deadlineMs: number) {
    this.site = site;
    this.#deadlineMs = deadlineMs;
  }

  get(path: string): Promise<HttpAnswer> {
    this.#page = path;
    return this.#ask({ path });
  }

  /** Sends a form from the page that it opened last. */
  post(path: string, fields: Readonly<Record<string, string>>): Promise<HttpAnswer> {
    return this.#ask({ path, method: 'POST', body: new URLSearchParams(fields).toString() });
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  /** A path of this site, from an address in a page or a redirect; null: it leads elsewhere. */
  pathOf(address: string): string | null {
    const base = addressOn(this.site.url, this.#page);
    if (!URL.canParse(address, base.href)) return null;
    const to = new URL(address, base);
    if (![base.hostname, this.site.domain].includes(to.hostname)) return null;
    return `${to.pathname}${to.search}`;
  }

  async #ask(question: { path: string; method?: 'POST'; body?: string }): Promise<HttpAnswer> {
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await ask(
      this.site,
      {
        ...question,
        headers: {
          ...(cookies === '' ? {} : { cookie: cookies }),
          ...(question.body === undefined
            ? {}
            : { 'content-type': 'application/x-www-form-urlencoded', referer: this.#referer() }),
        },
      },
      this.#deadlineMs,
    );
    if (!('error' in answer)) for (const cookie of answer.cookies) this.#keep(cookie);
    return answer;
  }

  /** Django compares it with the site's public name, whatever address we connect to. */
  #referer(): string {
    const { url, domain } = this.site;
    const origin = new URL(url).hostname === domain ? new URL(url).origin : `https://${domain}`;
    return addressOn(origin, this.#page).href;
  }

  #keep(header: string): void {
    const [, name, value = ''] = /^\s*([^=;\s]+)=([^;]*)/.exec(header) ?? [];
    if (name === undefined) return;
    if (value === '' || value === '""' || /;\s*max-age=0\b/i.test(header)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
