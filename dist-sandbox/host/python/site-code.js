import { existsSync, readFileSync } from 'node:fs';
import { PythonError } from './interpreter.js';
/** Imports the views. Errors: PythonError where the installed sum-core does not have what they import. */
export function importSite({ sitePackages }, { directory }) {
    const views = readFileSync(`${directory}/website/views.py`, 'utf8');
    const wanted = /from sum_core\.health import (\w+)/.exec(views)?.[1] ?? '';
    const health = `${sitePackages}/sum_core/health.py`;
    if (!existsSync(health))
        throw new PythonError('ModuleNotFoundError', "No module named 'sum_core'");
    if (!readFileSync(health, 'utf8').includes(`def ${wanted}(`))
        throw new PythonError('ImportError', `cannot import name '${wanted}' from 'sum_core.health' (${health})`);
    return readStatements(views);
}
/** The statements of a views.py. */
export function readStatements(views) {
    return {
        latestLead: constant(views, 'LATEST_LEAD'),
        newLead: statement(constant(views, 'NEW_LEAD')),
        menu: constant(views, 'MENU'),
    };
}
function constant(text, name) {
    const found = new RegExp(`^${name} = """([\\s\\S]*?)"""`, 'm').exec(text)?.[1];
    if (found === undefined)
        throw new PythonError('NameError', `name '${name}' is not defined`);
    return found.trim();
}
function statement(text) {
    const fields = [];
    const sql = text.replaceAll(/%\((\w+)\)s/g, (_, field) => `$${fields.push(field)}`);
    return { sql, fields };
}
