import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { programText } from '../../../src/remote/program-text.ts';

const TEXT = ['lib/core.py', 'code/lib/confined.py'].map((name) => programText(`probes/${name}`)).join('\n');

const home = mkdtempSync(join(tmpdir(), 'rollback-confined-'));
const sites = join(home, 'sites');
const root = join(sites, 'acme-kitchens');

/** Runs Python after the library, as a probe of this site. */
function ask(code: string): string {
  const argv = ['-c', `${TEXT}\n${code}`, JSON.stringify({ root })];
  return execFileSync('python3', argv, { encoding: 'utf8', env: { ...process.env, HOME: home } }).trim();
}

/** What a confined shell says. */
function confined(script: string): string {
  const run = `run(confining([os.path.join(ROOT, "tree")]) + ["sh", "-c", ${JSON.stringify(script)}])`;
  return ask(`print(${run}[1].strip())`);
}

for (const folder of ['acme-kitchens/tree', 'acme-kitchens/backups', 'birch-bakery'])
  mkdirSync(join(sites, folder), { recursive: true });
for (const slug of ['acme-kitchens', 'birch-bakery'])
  writeFileSync(join(sites, slug, '.env'), 'SECRET_KEY=x\n');
writeFileSync(join(root, 'backups', 'dump.sql.gz'), '');

const can = process.platform === 'linux' && ask('print(confines())') === 'True';

describe.skipIf(!can)('a confined build', () => {
  let other: ReturnType<typeof spawn>;

  beforeAll(() => {
    other = spawn('sleep', ['987654'], { env: { SECRET_KEY: 'x' } });
  });

  afterAll(() => {
    other.kill();
    rmSync(home, { recursive: true, force: true });
  });

  it('finds no .env and no backup, of its own site and of others', () => {
    expect(confined(`cat ${sites}/*/.env; ls ${root}/backups`)).toBe('');
  });

  it('sees no process but its own', () => {
    expect(confined('cat /proc/[0-9]*/cmdline | tr "\\\\0" " "')).not.toContain('987654');
    expect(confined('cat /proc/1/cmdline | tr "\\\\0" " "')).toContain('sh -c');
  });

  it('writes to what is built and to nothing else of the login', () => {
    confined(`touch ${root}/tree/built ${root}/written ${home}/written ${sites}/birch-bakery/written`);

    expect(readdirSync(join(root, 'tree'))).toContain('built');
    for (const folder of [root, home, join(sites, 'birch-bakery')])
      expect(readdirSync(folder)).not.toContain('written');
  });

  it.each([
    ['as it is', ''],
    ['in namespaces of its own', 'unshare --user --map-root-user --mount '],
  ])('cannot take that back %s', (_, how) => {
    const script = `umount ${root}/.env; mount -o remount,bind,rw ${root}; umount /proc; cat ${root}/.env; touch ${root}/written`;

    expect(confined(`${how}sh -c '${script}'`)).toBe('');
    expect(readdirSync(root)).not.toContain('written');
  });

  it('leaves the host as it was', () => {
    expect(readFileSync(join(root, '.env'), 'utf8')).toBe('SECRET_KEY=x\n');
    expect(readdirSync(join(root, 'backups'))).toEqual(['dump.sql.gz']);
  });

  it('passes on how its command ended', () => {
    expect(ask('print(run(confining([]) + ["sh", "-c", "exit 3"])[0])')).toBe('3');
  });
});
