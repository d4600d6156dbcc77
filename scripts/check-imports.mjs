// `npm run check:imports`: compares every import of `src` with the table of layers in ARCHITECTURE.md, finds circles of
// files and folders, and compares the linter's rules with the table. `--write` writes those rules.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importProblems, linterOverrides, readImports, readLayers } from './layers.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const RULES = 'biome.layers.json';

const layers = readLayers(readFileSync('ARCHITECTURE.md', 'utf8'));
const rules = `${JSON.stringify({ overrides: linterOverrides(layers) })}\n`;
if (process.argv.includes('--write')) writeFileSync(RULES, rules);
const stale =
  readFileSync(RULES, 'utf8') === rules
    ? []
    : [`${RULES} does not match the table: run node scripts/check-imports.mjs --write`];
const files = readImports('.');
const problems = [...importProblems(layers, files), ...stale];
for (const problem of problems) console.error(problem);
console.log(`${files.length} files in ${layers.length} layers, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
