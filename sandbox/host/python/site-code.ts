import { existsSync, readFileSync } from 'node:fs';
import type { Project } from './django.ts';
import { type Interpreter, PythonError } from './interpreter.ts';

/**
 * The statements that a site's pages run, read from its views.py. They are real SQL on a real schema, so a release whose code
 * and tables do not match fails as a real one would.
 */
export interface SiteCode {
  readonly latestLead: string;
  readonly newLead: Statement;
  readonly menu: string;
}

export interface Statement {
  readonly sql: string;
  /** Names of form fields, in the order of the placeholders. */
  readonly fields: readonly string[];
}

/** Imports the views. Errors: PythonError if the installed sum-core lacks what they import. */
export function importSite({ sitePackages }: Interpreter, { directory }: Project): SiteCode {
  const views = readFileSync(`${directory}/website/views.py`, 'utf8');
  const wanted = /from sum_core\.health import (\w+)/.exec(views)?.[1] ?? '';
  const health = `${sitePackages}/sum_core/health.py`;
  if (!existsSync(health)) throw new PythonError('ModuleNotFoundError', "No module named 'sum_core'");
  if (!readFileSync(health, 'utf8').includes(`def ${wanted}(`))
    throw new PythonError('ImportError', `cannot import name '${wanted}' from 'sum_core.health' (${health})`);
  return readStatements(views);
}

/** The statements of a views.py. */
export function readStatements(views: string): SiteCode {
  return {
    latestLead: constant(views, 'LATEST_LEAD'),
    newLead: statement(constant(views, 'NEW_LEAD')),
    menu: constant(views, 'MENU'),
  };
}

function constant(text: string, name: string): string {
  const found = new RegExp(`^${name} = """([\\s\\S]*?)"""`, 'm').exec(text)?.[1];
  if (found === undefined) throw new PythonError('NameError', `name '${name}' is not defined`);
  return found.trim();
}

function statement(text: string): Statement {
  const fields: string[] = [];
  const sql = text.replaceAll(/%\((\w+)\)s/g, (_, field: string) => `$${fields.push(field)}`);
  return { sql, fields };
}
