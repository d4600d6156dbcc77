// The layers of `src`, as the table of ARCHITECTURE.md says: who may import whom, and which packages.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';

/** The rows of the table that begins with `| layer |`. Errors: throws if a row names a layer that has no row. */
export function readLayers(markdown) {
  const rows = markdown
    .split('\n')
    .filter((line) => line.startsWith('| `src'))
    .map((line) => line.split('|').slice(1, -1));
  const layers = rows.map(([path, holds, imports, packages]) => ({
    path: quoted(path)[0],
    holds: holds.trim(),
    everything: imports.trim() === 'everything',
    imports: quoted(imports).map((name) => `src/${name}`),
    packages: quoted(packages),
  }));
  const known = new Set(layers.map(({ path }) => path));
  const unknown = layers.flatMap(({ imports }) => imports).filter((path) => !known.has(path));
  if (layers.length === 0 || unknown.length > 0)
    throw new Error(`ARCHITECTURE.md: ${unknown.join(', ') || 'the table of layers'} is missing`);
  return layers;
}

function quoted(cell) {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text);
}

/** Every file of `folder` with its imports: `targets` are paths, `packages` are names. */
export function readImports(root, folder = 'src') {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => `${folder}/${String(name)}`)
    .filter((path) => path.endsWith('.ts'))
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const named = [...text.matchAll(/(?:\bfrom|\bimport) ?\(?\s*'([^'\s]+)'/g)].map(([, name]) => name);
      const isOurs = (name) => name.startsWith('.');
      return {
        path,
        targets: named.filter(isOurs).map((name) => normalize(join(dirname(path), name))),
        packages: named.filter((name) => !isOurs(name)),
      };
    });
}

/** Imports that break the table or close a circle, as lines for people. Imports of types count like any other. */
export function importProblems(layers, files) {
  return [
    ...files.flatMap((file) => layerProblems(layers, file)),
    ...circles(files, 'file', (path) => path),
    ...circles(files, 'folder', dirname),
  ];
}

function layerProblems(layers, { path, targets, packages }) {
  const layer = layerOf(layers, path);
  if (layer === undefined) return [`${path} is in no layer of ARCHITECTURE.md`];
  if (layer.everything) return [];
  const foreign = targets
    .map((target) => [target, layerOf(layers, target)?.path])
    .filter(([, other]) => other !== layer.path && !layer.imports.includes(other))
    .map(
      ([target]) =>
        `${path} imports ${target}: ${layer.path} may import ${layer.imports.join(', ') || 'only itself'}`,
    );
  const strange = packages
    .filter((name) => !layer.packages.some((allowed) => fits(name, allowed)))
    .map(
      (name) => `${path} imports ${name}: ${layer.path} may use ${layer.packages.join(', ') || 'no package'}`,
    );
  return [...foreign, ...strange];
}

function layerOf(layers, path) {
  return layers
    .filter((layer) => path === layer.path || path.startsWith(`${layer.path}/`))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
}

function fits(name, allowed) {
  return allowed.endsWith('*') ? name.startsWith(allowed.slice(0, -1)) : name === allowed;
}

/**
 * Circles of places; `placeOf` says where a file stands. One line for each circle, with an import that closes it for each
 * place.
 */
function circles(files, what, placeOf) {
  const edges = new Map();
  for (const { path, targets } of files)
    for (const target of targets) {
      const [from, to] = [placeOf(path), placeOf(target)];
      if (from !== to) edges.set(from, (edges.get(from) ?? new Map()).set(to, `${path} imports ${target}`));
    }
  return strongComponents(edges).map((places) => {
    const inside = new Set(places);
    const why = places.flatMap((from) =>
      [...edges.get(from)].filter(([to]) => inside.has(to)).map(([, line]) => line),
    );
    return `a circle of ${what}s: ${places.join(', ')}\n${why.map((line) => `    ${line}`).join('\n')}`;
  });
}

/** Tarjan's algorithm; only components of two and more. */
function strongComponents(edges) {
  const state = new Map();
  const stack = [];
  const found = [];
  const visit = (place) => {
    const mine = { index: state.size, low: state.size, open: true };
    state.set(place, mine);
    stack.push(place);
    for (const next of edges.get(place)?.keys() ?? []) {
      const seen = state.get(next);
      if (seen === undefined) mine.low = Math.min(mine.low, visit(next).low);
      else if (seen.open) mine.low = Math.min(mine.low, seen.index);
    }
    if (mine.low === mine.index) {
      const component = stack.splice(stack.indexOf(place));
      for (const one of component) state.get(one).open = false;
      if (component.length > 1) found.push(component.toSorted((a, b) => (a < b ? -1 : 1)));
    }
    return mine;
  };
  for (const place of edges.keys()) if (!state.has(place)) visit(place);
  return found;
}

/** In the linter's patterns, `*` does not reach over a slash. */
function allowedNames(name) {
  return name.endsWith('*') ? [`!${name}`, `!${name}/**`] : [`!${name}`];
}

/** The linter's rules for the same table: an editor shows a wrong import while you type it. */
export function linterOverrides(layers) {
  return layers
    .filter(({ everything, path }) => !everything && !path.endsWith('.ts'))
    .toSorted((a, b) => a.path.length - b.path.length)
    .flatMap((layer) => {
      const up = layer.path.split('/').length - 1;
      return [
        override(layer, `${layer.path}/*.ts`, ['!./**'], up),
        override(layer, `${layer.path}/*/**`, ['!./**', '!../**', '../../**'], up + 1),
      ];
    });
}

function override({ path, holds, imports, packages }, includes, own, up) {
  const others = imports.map(
    (target) => `!${'../'.repeat(up)}${target.slice(4)}${target.endsWith('.ts') ? '' : '/**'}`,
  );
  const group = ['**', ...own, ...others, ...packages.flatMap(allowedNames)];
  const message = `${path}: ${holds} (the table in ARCHITECTURE.md says what it may import)`;
  const noRestrictedImports = { level: 'error', options: { patterns: [{ group, message }] } };
  return { includes: [includes], linter: { rules: { style: { noRestrictedImports } } } };
}
