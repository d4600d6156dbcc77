import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programText } from '../../../src/remote/program-text.ts';

const hasTools = ['git', 'python3'].every((tool) => spawnSync(tool, ['--version']).status === 0);

const SOURCE = [
  ...['lib/core', 'code/lib/specifiers', 'code/lib/requirements', 'code/lib/pins', 'code/lib/packages'].map(
    (name) => programText(`probes/${name}.py`),
  ),
  'print(json.dumps({"all": distributions(ROOT), "unmet": unmet_pins(pins_in(APP, ROOT), ROOT)}))',
].join('\n');

describe.skipIf(!hasTools)('the packages of an environment', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rollback-packages-'));
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  function put(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  const installed = (name: string, source?: object) =>
    put(
      `lib/python3.11/site-packages/${name}/${source ? 'direct_url.json' : 'RECORD'}`,
      source ? JSON.stringify(source) : '',
    );

  const ask = () =>
    JSON.parse(execFileSync('python3', ['-c', SOURCE, JSON.stringify({ root })], { encoding: 'utf8' }));

  it('are read whichever program has installed them, and compared with the pins that count here', () => {
    const checkout = join(root, 'src', 'sum-core');
    mkdirSync(checkout, { recursive: true });
    const git = (...argv: readonly string[]) =>
      execFileSync('git', ['-C', checkout, '-c', 'user.name=a', '-c', 'user.email=a@b.test', ...argv], {
        encoding: 'utf8',
      }).trim();
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'core');
    git('tag', 'v0.5.3');
    put(
      'pyvenv.cfg',
      'home = /usr/bin\nuv = 0.9.1\nversion_info = 3.11.7\ninclude-system-site-packages = false\n',
    );
    installed('sum_core-0.1.0.dist-info', { url: `file://${checkout}`, dir_info: { editable: true } });
    installed('sum_theme-0.2.0.dist-info', {
      url: 'https://x.test/theme.git',
      vcs_info: { vcs: 'git', commit_id: '7'.repeat(40), requested_revision: 'theme_a/v0.2.0' },
    });
    installed('redis-5.0.0+local.dist-info');
    installed('Old_Style-1.0-py3.11.egg-info');
    installed('odd-1.0.dist-info', { url: 7 });
    put('app/requirements.txt', '-r base.txt\n-e git+https://x.test/sum-core.git@v0.5.3#egg=sum-core\n');
    put(
      'app/base.txt',
      `sum-theme @ git+https://x.test/theme.git@${'7'.repeat(40)}
redis==5 --hash=sha256:00
old.style==1.0.0
odd==2.0
gone==1.0  # via odd
windows-only==1.0 ; sys_platform == 'win32'
future==1.0 ; python_version >= '3.12'
`,
    );

    expect(ask()).toEqual({
      all: {
        'sum-core': { version: '0.1.0', commit: git('rev-parse', 'HEAD'), revision: 'v0.5.3' },
        'sum-theme': { version: '0.2.0', commit: '7'.repeat(40), revision: 'theme_a/v0.2.0' },
        redis: { version: '5.0.0+local', commit: null, revision: null },
        'old-style': { version: '1.0', commit: null, revision: null },
        odd: { version: '1.0', commit: null, revision: null },
      },
      unmet: [
        { name: 'gone', wanted: '1.0', installed: null },
        { name: 'odd', wanted: '2.0', installed: '1.0' },
      ],
    });
  });
});
