import type { DemoHost, DemoSite } from '../../host/demo-host.ts';
import { run } from '../../host/shell.ts';

/** What the site, its database and git say, without asking Slack or the product. */
export interface SiteState {
  readonly health: number;
  readonly healthWord: string;
  /** The version in the footer of the homepage; empty if there is none. */
  readonly version: string;
  readonly commit: string;
  readonly leads: number;
  readonly migrations: readonly string[];
  /** Ids of all relations. A restore makes new ones. */
  readonly relations: string;
}

export async function stateOf(host: DemoHost, site: DemoSite): Promise<SiteState> {
  const health = await fetch(`${site.url}/health/`);
  const report: unknown = await health.json().catch(() => null);
  const word =
    typeof report === 'object' && report !== null && 'status' in report ? String(report.status) : '';
  const home = await (await fetch(`${site.url}/`)).text();
  return {
    health: health.status,
    healthWord: word,
    version: /<footer>version ([^<]+)/.exec(home)?.[1] ?? '',
    commit: await run(['git', '-C', `${site.root}/app`, 'rev-parse', 'HEAD'], at(host)),
    leads: Number(await sql(host, site, 'SELECT count(*) FROM website_lead')),
    migrations: (await sql(host, site, "SELECT app || '.' || name FROM django_migrations ORDER BY id")).split(
      '\n',
    ),
    relations: await sql(
      host,
      site,
      "SELECT string_agg(oid::text, ' ' ORDER BY oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    ),
  };
}

/** Runs one statement through the host's own psql. */
async function sql(host: DemoHost, { login }: DemoSite, statement: string): Promise<string> {
  const argv = ['psql', '-XAtq', '-h', login.host, '-U', login.user, '-d', login.database, '-c', statement];
  const { environment, places } = host;
  return run([`${places.bin}/${argv[0]}`, ...argv.slice(1)], {
    cwd: places.home,
    environment: { ...environment, PGPASSWORD: login.password },
  });
}

function at({ places, environment }: DemoHost) {
  return { cwd: places.home, environment };
}

/** Sends the site's contact form as a visitor would. Returns the HTTP status. */
export async function sendForm(site: DemoSite): Promise<number> {
  const form = new URLSearchParams({
    name: 'Test Visitor',
    email: 'test@example.com',
    phone: '',
    message: 'Hello',
  });
  const answer = await fetch(`${site.url}/contact/`, { method: 'POST', body: form, redirect: 'manual' });
  return answer.status;
}

export interface Visitor {
  /** Ends the visit. Returns the milliseconds between the first answer that did not come from the site and the last one. */
  readonly leave: () => Promise<number>;
}

const PAUSE_MS = 50;

/** A visitor who loads the homepage over and over. */
export function visit(site: DemoSite): Visitor {
  let isVisiting = true;
  let [first, last] = [0, 0];
  const visiting = (async () => {
    while (isVisiting) {
      const answer = await fetch(`${site.url}/`).catch(() => null);
      if (answer?.status !== 200) {
        last = Date.now();
        if (first === 0) first = last;
      }
      await answer?.text();
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  })();
  return {
    leave: async () => {
      isVisiting = false;
      await visiting;
      return last - first;
    },
  };
}
