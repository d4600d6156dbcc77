import { existsSync, readFileSync } from 'node:fs';
import type { StaticManifest } from './django.ts';
import { PythonError } from './interpreter.ts';

type Row = Readonly<Record<string, string>>;

export interface Context {
  readonly values: Row;
  readonly lists: Readonly<Record<string, readonly Row[]>>;
  readonly manifest: StaticManifest;
}

/** Reads a page's template and the one that it extends. */
export function readTemplate(folder: string, name: string): string {
  const path = `${folder}/${name}`;
  if (!existsSync(path)) throw new PythonError('django.template.exceptions.TemplateDoesNotExist', name);
  const text = readFileSync(path, 'utf8');
  const parent = /\{% extends "([^"]+)" %\}/.exec(text)?.[1];
  if (parent === undefined) return text;
  const body = /\{% block body %\}([\s\S]*)\{% endblock %\}/.exec(text)?.[1] ?? '';
  return readTemplate(folder, parent).replace('{% block body %}{% endblock %}', () => body);
}

/** Renders the few tags of Django's template language that the demo's sites use. */
export function render(template: string, { values, lists, manifest }: Context): string {
  return template
    .replaceAll(
      /\{% for (\w+) in (\w+) %\}([\s\S]*?)\{% endfor %\}/g,
      (_, item: string, list: string, body: string) =>
        (lists[list] ?? [])
          .map((row) =>
            body.replaceAll(new RegExp(`\\{\\{ ${item}\\.(\\w+) \\}\\}`, 'g'), (_all, key: string) =>
              escaped(row[key]),
            ),
          )
          .join(''),
    )
    .replaceAll(/\{% static "([^"]+)" %\}/g, (_, file: string) => {
      const hashed = manifest[file];
      if (hashed === undefined)
        throw new PythonError('ValueError', `Missing staticfiles manifest entry for '${file}'`);
      return `/static/${hashed}`;
    })
    .replaceAll(/\{\{ (\w+) \}\}/g, (_, name: string) => escaped(values[name]));
}

function escaped(text = ''): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
