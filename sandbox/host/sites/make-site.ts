import { mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Login, queryRows } from '../database/client.ts';
import type { Places } from '../places.ts';
import { readStatements } from '../python/site-code.ts';
import { type Environment, run } from '../shell.ts';
import type { Deed, SiteDefinition } from './definitions.ts';
import { LEADS } from './leads.ts';
import { gitIdentity, repositoryOf } from './make-repository.ts';

/** A site on the demo host's disk. */
export interface SiteOnDisk {
  readonly definition: SiteDefinition;
  readonly root: string;
  readonly login: Login;
  /** The login in its .env. */
  readonly settings: Environment;
}

export interface MakeSite {
  readonly places: Places;
  readonly environment: Environment;
  readonly password: string;
  /** When the demo began, in seconds since the epoch. */
  readonly now: number;
}

/** Makes a site's directories, files and database: plays its history with the platform's own programs. */
export async function makeSite(definition: SiteDefinition, made: MakeSite): Promise<SiteOnDisk> {
  const { places, password, now } = made;
  const root = `${places.sum}/${definition.slug}`;
  for (const folder of ['backups', 'static', 'media']) mkdirSync(`${root}/${folder}`, { recursive: true });
  const settings = settingsOf(definition, root, places, password);
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(`${root}/.env`, lines.join(''), { mode: 0o600 });
  const { database } = definition;
  const site = {
    definition,
    root,
    settings,
    login: { host: places.database, database, user: database, password },
  };
  await run([`${places.python}/python3`, '-m', 'venv', `${root}/venv`], { ...made, cwd: root });
  for (const [at, event] of definition.history.entries()) {
    const when = now - event.ago;
    if (event.kind === 'release') await release(site, made, event.tag, when);
    else if (event.kind === 'backup') await backUp(site, made, when);
    else await receiveLeads(site, event, when, now);
    if (at === 0) await fillMenu(site);
  }
  return site;
}

function settingsOf(
  { module, database, domain, celery }: SiteDefinition,
  root: string,
  places: Places,
  password: string,
): Environment {
  return {
    DJANGO_SETTINGS_MODULE: `${module}.settings.production`,
    DJANGO_SECRET_KEY: 'only-for-the-demo',
    ALLOWED_HOSTS: domain,
    DJANGO_DB_NAME: database,
    DJANGO_DB_USER: database,
    DJANGO_DB_PASSWORD: password,
    DJANGO_DB_HOST: places.database,
    DJANGO_DB_PORT: '5432',
    DJANGO_STATIC_ROOT: `${root}/static`,
    DJANGO_MEDIA_ROOT: `${root}/media`,
    SITE_DOMAIN: domain,
    SITE_USES_CELERY: celery ? '1' : '0',
  };
}

/** An upgrade at its own time: git's reflog and Django's table get that date. */
async function release(site: SiteOnDisk, made: MakeSite, tag: string, when: number): Promise<void> {
  const { root, login, settings, definition } = site;
  const { places } = made;
  const app = `${root}/app`;
  const dated = { ...made.environment, ...gitIdentity(when) };
  const isFirst = definition.history[0]?.ago === made.now - when;
  await run(
    isFirst
      ? [
          'git',
          '-c',
          'advice.detachedHead=false',
          'clone',
          '-q',
          '--branch',
          tag,
          repositoryOf(places, definition),
          app,
        ]
      : ['git', '-C', app, '-c', 'advice.detachedHead=false', 'checkout', '-q', tag],
    { cwd: root, environment: dated },
  );
  const python = `${root}/venv/bin/python`;
  const inApp = { cwd: app, environment: { ...made.environment, ...settings } };
  await run([python, '-m', 'pip', 'install', '-r', 'requirements.txt'], inApp);
  await run([python, 'manage.py', 'migrate'], inApp);
  await run([python, 'manage.py', 'collectstatic', '--noinput'], inApp);
  await queryRows(
    login,
    'UPDATE django_migrations SET applied = to_timestamp($1::float8) WHERE applied > to_timestamp($2::float8)',
    [String(when), String(made.now)],
  );
}

/** A backup by the platform's own script, renamed and dated as if it had been taken then. */
async function backUp({ root, definition }: SiteOnDisk, made: MakeSite, when: number): Promise<void> {
  const { slug } = definition;
  const written = await run([`${made.places.scripts}/backup_db.sh`, '--site-slug', slug], {
    ...made,
    cwd: root,
  });
  const stamp = new Date(when * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const path = `${dirname(written)}/${slug}_db_${stamp}.sql.gz`;
  renameSync(written, path);
  utimesSync(path, when, when);
}

/** Enters leads with the statement of the code that was live then, so that they match the tables of that time. */
async function receiveLeads(
  { root, login }: SiteOnDisk,
  { count }: Extract<Deed, { kind: 'leads' }>,
  when: number,
  now: number,
): Promise<void> {
  const { newLead } = readStatements(readFileSync(`${root}/app/website/views.py`, 'utf8'));
  const [[before] = []] = await queryRows(login, 'SELECT count(*) FROM website_lead');
  for (let at = 0; at < count; at += 1) {
    const lead = LEADS[(Number(before) + at) % LEADS.length];
    if (lead === undefined) continue;
    const fields: Readonly<Record<string, string>> = {
      ...lead,
      name: `${lead.first_name} ${lead.last_name}`,
      email: `${lead.first_name.toLowerCase()}@example.com`,
    };
    await queryRows(
      login,
      newLead.sql,
      newLead.fields.map((name) => fields[name] ?? ''),
    );
  }
  await queryRows(
    login,
    `UPDATE website_lead SET created_at = to_timestamp($1::float8 + id) WHERE created_at > to_timestamp($2::float8)`,
    [String(when), String(now)],
  );
}

async function fillMenu({ login, definition }: SiteOnDisk): Promise<void> {
  for (const [name, price] of definition.menu)
    await queryRows(login, 'INSERT INTO website_menuitem (name, price) VALUES ($1, $2)', [name, price]);
}
