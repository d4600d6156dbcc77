import { existsSync, readFileSync } from 'node:fs';
import { PythonError } from './interpreter.js';
/** Reads a page's template together with the one that it extends. */
export function readTemplate(folder, name) {
    const path = `${folder}/${name}`;
    if (!existsSync(path))
        throw new PythonError('django.template.exceptions.TemplateDoesNotExist', name);
    const text = readFileSync(path, 'utf8');
    const parent = /\{% extends "([^"]+)" %\}/.exec(text)?.[1];
    if (parent === undefined)
        return text;
    const body = /\{% block body %\}([\s\S]*)\{% endblock %\}/.exec(text)?.[1] ?? '';
    return readTemplate(folder, parent).replace('{% block body %}{% endblock %}', () => body);
}
/** The few words of Django's template language that the demo's sites use. */
export function render(template, { values, lists, manifest }) {
    return template
        .replaceAll(/\{% for (\w+) in (\w+) %\}([\s\S]*?)\{% endfor %\}/g, (_, item, list, body) => (lists[list] ?? [])
        .map((row) => body.replaceAll(new RegExp(`\\{\\{ ${item}\\.(\\w+) \\}\\}`, 'g'), (_all, key) => escaped(row[key])))
        .join(''))
        .replaceAll(/\{% static "([^"]+)" %\}/g, (_, file) => {
        const hashed = manifest[file];
        if (hashed === undefined)
            throw new PythonError('ValueError', `Missing staticfiles manifest entry for '${file}'`);
        return `/static/${hashed}`;
    })
        .replaceAll(/\{\{ (\w+) \}\}/g, (_, name) => escaped(values[name]));
}
function escaped(text = '') {
    return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
