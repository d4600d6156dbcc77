export type Files = Readonly<Record<string, string>>;

export const CORE = 'git+https://github.com/sum/sum-core.git';
const HASH = `--hash=sha256:${'a'.repeat(64)}`;
const BASE = 'requirements/base.txt';
/** By name: the files, and what they pin or why that can't be read. A text alone is requirements.txt. */
export const CASES: Readonly<
  Record<string, readonly [files: Files | string, pin: string | null, why?: string]>
> = {
  'a plain pin': ['sum-core==0.5.3\n', 'v0.5.3'],
  'a comment on the line, as pip-tools writes it': ['sum-core==0.5.3  # via -r requirements.in\n', 'v0.5.3'],
  'comments below, as uv writes them': [
    'sum-core==0.5.3\n    # via\n    #   -r requirements.in\n    #   sum-theme\nsum-theme==1\n    # via -r requirements.in\n',
    'v0.5.3',
  ],
  hashes: [`sum-core==0.5.3 \\\n    ${HASH} \\\n    ${HASH}\n    # via -r requirements.in\n`, 'v0.5.3'],
  'a hash on the line': [`sum-core==0.5.3 ${HASH}\n`, 'v0.5.3'],
  'a continuation in the middle': ['sum-core\\\n==\\\n0.5.3\n', 'v0.5.3'],
  'a backslash at the end of the file': ['sum-core==0.5.3 \\', 'v0.5.3'],
  'a comment that ends in a backslash': ['# see \\\nsum-core==0.5.3\n', 'v0.5.3'],
  'a comment between continued lines': ['sum-core==0.5.3 \\\n# why\nsum-theme==1\n', 'v0.5.3'],
  'a number sign inside a word': [
    'sum-core==0.5.3#x\n',
    null,
    'requirements.txt: sum-core==0.5.3#x cannot be read',
  ],
  'a file in a file': [
    { 'requirements.txt': '-r requirements/base.txt\n', [BASE]: 'sum-core==0.5.3\n' },
    'v0.5.3',
  ],
  'without a space': [
    { 'requirements.txt': '-rrequirements/base.txt\n', [BASE]: 'sum-core==0.5.3\n' },
    'v0.5.3',
  ],
  'the long option': [
    { 'requirements.txt': '--requirement=requirements/base.txt # all\n', [BASE]: 'sum-core==0.5.3' },
    'v0.5.3',
  ],
  'half of the long option': [
    { 'requirements.txt': '--requirem requirements/base.txt\n', [BASE]: 'sum-core==0.5.3' },
    'v0.5.3',
  ],
  'relative to the file': [
    {
      'requirements.txt': '-r requirements/production.txt\n',
      'requirements/production.txt': '-r base.txt\n-r ../more.txt',
      [BASE]: 'sum-core==0.5.3',
      'more.txt': 'redis==5',
    },
    'v0.5.3',
  ],
  'files that include each other': [
    { 'requirements.txt': '-r other.txt\nsum-core==0.5.3', 'other.txt': '-r requirements.txt' },
    'v0.5.3',
  ],
  'a constraint': [
    { 'requirements.txt': '-c limits.txt\nsum-core\n', 'limits.txt': 'sum-core==0.5.3' },
    'v0.5.3',
  ],
  'a constraint beside a pin': [
    { 'requirements.txt': '-c limits.txt\nsum-core==0.5.3\n', 'limits.txt': 'sum-core<0.6' },
    'v0.5.3',
  ],
  'a file that is not there': [
    { 'requirements.txt': '-r base.txt\n' },
    null,
    'requirements.txt includes base.txt, which is not there',
  ],
  'a file of the network': [
    { 'requirements.txt': '-r https://x.test/base.txt\n' },
    null,
    'requirements.txt includes https://x.test/base.txt, which is outside of the repository',
  ],
  'a file of the host': [
    { 'requirements.txt': '-r ../../etc/passwd\n' },
    null,
    'requirements.txt includes ../../etc/passwd, which is outside of the repository',
  ],
  git: [`sum-core @ ${CORE}@v0.5.3#subdirectory=core\n`, 'v0.5.3'],
  'git without spaces': [`sum-core@${CORE}@v0.5.3\n`, 'v0.5.3'],
  'git with a marker': [`sum-core @ ${CORE}@v0.5.3 ; python_version >= "3"\n`, 'v0.5.3'],
  'git with an egg': [`${CORE}@v0.5.3#egg=sum-core&subdirectory=core\n`, 'v0.5.3'],
  'git that is editable': [`-e ${CORE}@v0.5.3#egg=sum_core\n`, 'v0.5.3'],
  'git with extras in the egg': [`--editable=${CORE}@v0.5.3#egg=sum_core[redis]\n`, 'v0.5.3'],
  'git by ssh': ['sum-core @ git+ssh://git@github.com/sum/sum-core.git@v0.5.3\n', 'v0.5.3'],
  'git by ssh without a version': [
    'sum-core @ git+ssh://git@github.com/sum/sum-core.git\n',
    null,
    'it takes sum-core from git without a tag',
  ],
  'git with a slash in the ref': [`sum-core @ ${CORE}@release/0.5.3#subdirectory=core\n`, 'release/0.5.3'],
  'git with a commit': [`sum-core @ ${CORE}@${'7'.repeat(40)}\n`, '7'.repeat(40)],
  'git with a password': [`sum-core @ git+https://\${TOKEN}@github.com/sum/sum-core.git@v0.5.3\n`, 'v0.5.3'],
  'a version from the environment': [
    `sum-core==\${CORE}\n`,
    null,
    `requirements.txt: sum-core==\${CORE} cannot be read`,
  ],
  'a tag from the environment': [
    `sum-core @ ${CORE}@\${TAG}\n`,
    null,
    `requirements.txt: sum-core @ ${CORE}@\${TAG} depends on a variable`,
  ],
  'arbitrary equality': ['sum-core===0.5.3\n', 'v0.5.3'],
  'a wheel by address': ['https://x.test/w/sum_core-0.5.3-py3-none-any.whl#sha256=00\n', 'v0.5.3'],
  'a named wheel by address': ['sum-core @ https://x.test/w/sum_core-0.5.3-1-py3-none-any.whl\n', 'v0.5.3'],
  'a source archive by address': ['sum-core @ https://x.test/w/sum_core-0.5.3.tar.gz\n', 'v0.5.3'],
  'an archive of a tag': [
    'sum-core @ https://github.com/sum/sum-core/archive/refs/tags/v0.5.3.zip\n',
    'v0.5.3',
  ],
  'another way to write the name': ['Sum_Core [redis,  postgres] == 0.5.3\n', 'v0.5.3'],
  parentheses: ['sum.core (==0.5.3)\n', 'v0.5.3'],
  'a range with a pin in it': ['sum-core>=0.5,==0.5.3\n', 'v0.5.3'],
  'a range': ['sum-core~=0.5.0\n', null, 'it asks for no single version of sum-core, but for ~=0.5.0'],
  'a wildcard': ['sum-core==0.5.*\n', null, 'it asks for no single version of sum-core, but for ==0.5.*'],
  'any version': ['sum-core\n', null, 'it asks for no single version of sum-core, but for any'],
  'no sum-core': ['Django>=5.2,<5.3\n', null],
  'another package with that beginning': ['sum-core-theme==0.5.3\n', null],
  'a condition that holds': [
    "sum-core==0.5.3; python_version > '3' and (os_name == 'posix' or extra == 'x')",
    'v0.5.3',
  ],
  'one of two conditions': [
    "sum-core==0.5.3; python_version >= '3.0'\nsum-core==0.4; python_version < '3.0'\n",
    'v0.5.3',
  ],
  'conditions of uv': [
    "sum-core==0.5.3 ; python_full_version >= '3.8' and sys_platform != 'win32' and 'linux' in sys_platform\n",
    'v0.5.3',
  ],
  'a condition that does not hold': ["sum-core==0.5.3; sys_platform == 'win32'", null],
  'a condition that nobody knows': [
    "sum-core==0.5.3; moon_phase == 'full'",
    null,
    "the condition of sum-core cannot be read: moon_phase == 'full'",
  ],
  'two pins': ['sum-core==0.5.3\nsum-core==0.6.0\n', null, 'it pins sum-core twice: v0.5.3, v0.6.0'],
  'Windows lines and a byte order mark': [
    '\u00ef\u00bb\u00bfsum-core==0.5.3 \\\r\n  --hash=sha256:00\r\n',
    'v0.5.3',
  ],
  'UTF-16': [
    `\u00ff\u00fe${Array.from('sum-core==0.5.3\n')
      .map((one) => `${one}\0`)
      .join('')}`,
    'v0.5.3',
  ],
  'another encoding': ['# -*- coding: latin-1 -*-\n# gr\u00f6\u00dfe\nsum-core==0.5.3\n', 'v0.5.3'],
  'options of their own line': [
    `--index-url https://x.test/simple\n--extra-index-url=https://y.test\n--require-hashes\n-f ./wheels\n--no-binary :all:\n--pre\nsum-core==0.5.3\n`,
    'v0.5.3',
  ],
  'an option that nobody knows': ['--frobnicate\nsum-core==0.5.3\n', 'v0.5.3'],
  'the project itself': [
    {
      'requirements.txt': '-e .\n',
      'pyproject.toml': '[project]\nname = "acme"\ndependencies = ["sum-core==0.5.3", "redis>=5"]\n',
    },
    'v0.5.3',
  ],
  'an extra of the project': [
    {
      'requirements.txt': '.[prod]\n',
      'pyproject.toml':
        '[project]\nname = "acme"\n[project.optional-dependencies]\nprod = ["sum-core==0.5.3"]\ndev = ["sum-core==9"]\n',
    },
    'v0.5.3',
  ],
  'the export of uv': [
    {
      'requirements.txt': `-e .\nsum-core @ ${CORE}@${'7'.repeat(40)}\n    # via acme\n`,
      'pyproject.toml': `[project]\nname = "acme"\ndependencies = ["sum-core"]\n[tool.uv.sources]\nsum-core = { git = "https://github.com/sum/sum-core", tag = "v0.5.3" }\n`,
    },
    '7'.repeat(40),
  ],
  'a source of uv': [
    {
      'requirements.txt': '.\n',
      'pyproject.toml': `[project]\nname = "acme"\ndependencies = ["sum-core"]\n[tool.uv.sources]\nsum-core = { git = "https://github.com/sum/sum-core", tag = "v0.5.3" }\n`,
    },
    'v0.5.3',
  ],
  poetry: [
    {
      'requirements.txt': '.\n',
      'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.11"\nsum-core = "0.5.3"\n',
    },
    'v0.5.3',
  ],
  'dependencies in a file of setuptools': [
    {
      'requirements.txt': '.\n',
      'pyproject.toml':
        '[project]\nname = "a"\ndynamic = ["dependencies"]\n[tool.setuptools.dynamic]\ndependencies = {file = ["requirements/base.txt"]}\n',
      [BASE]: 'sum-core==0.5.3',
    },
    'v0.5.3',
  ],
  'setup.cfg': [
    {
      'requirements.txt': '-e .\n',
      'setup.cfg': '[options]\ninstall_requires =\n  sum-core==0.5.3\n  redis\n',
    },
    'v0.5.3',
  ],
  'a project that only a program describes': [
    { 'requirements.txt': '.\n', 'setup.py': 'setup(install_requires=["sum-core==0.5.3"])' },
    null,
    'it installs ., and there is no pyproject.toml or setup.cfg that says with what',
  ],
  'a pyproject.toml that is none': [
    { 'requirements.txt': '.\n', 'pyproject.toml': '[project\n' },
    null,
    'pyproject.toml cannot be read',
  ],
  'a line without an end': [`sum-core==0.5.3\n${'x'.repeat(60_000)}\n`, 'v0.5.3'],
  'a condition without an end': [
    `sum-core==0.5.3; ${'('.repeat(3_000)}`,
    null,
    `the condition of sum-core cannot be read: ${'('.repeat(80)}`,
  ],
  'hashes without an end': [
    `sum-core==0.5.3 ${Array.from({ length: 500 }, () => HASH).join(' \\\n  ')}\n`,
    'v0.5.3',
  ],
  'no file at all': [{}, null],
};
