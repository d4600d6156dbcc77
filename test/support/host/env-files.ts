/**
 * Files that systemd reads as EnvironmentFile=, and what a unit gets of them. Recorded with `systemd-run -p EnvironmentFile=… env`
 * of systemd 252; null: the unit did not start.
 */
export const ENV_FILES: readonly (readonly [
  text: string,
  variables: Readonly<Record<string, string>> | null,
])[] = [
  ['A=1\nB=2', { A: '1', B: '2' }],
  ['A=1\r\nB=two words\r\n\r\nC=3\r\n', { A: '1', B: 'two words', C: '3' }],
  ['A=1\rB=2\r', { A: '1', B: '2' }],
  ['# comment\n; comment\n  # comment\nA=1 # no comment\n', { A: '1 # no comment' }],
  ['  A = 1  \n\tB\t=\t2\t\n', { A: '1', B: '2' }],
  ['A=k9$(q!z&#7\nB=a;b|c<d>e`f`\n', { A: 'k9$(q!z&#7', B: 'a;b|c<d>e`f`' }],
  [
    `A='single $x \\n "q"'\nB="double \\$x \\n \\"q\\" 's'"\n`,
    { A: 'single $x \\n "q"', B: `double $x \\n "q" 's'` },
  ],
  [
    `A='one' 'two'\nB="one"two\nC='one'  two  \nD=one'two'\n`,
    { A: 'onetwo', B: 'onetwo', C: 'onetwo', D: "one'two'" },
  ],
  [`A=it's\nB=2\n`, { A: "it's", B: '2' }],
  [`A='it\nB=2\n`, { A: 'it\nB=2\n' }],
  ['A="line one\nline two"\nB=2\n', { A: 'line one\nline two', B: '2' }],
  ['A="one \\\ntwo"\nB=one \\\n  two\n', { A: 'one two', B: 'one   two' }],
  ['A=a\\b\\\\c\\ \nB=\\"x\\"\n', { A: 'ab\\c ', B: '"x"' }],
  ['A="a\\b\\\\c\\`\\!"\n', { A: 'a\\b\\c`\\!' }],
  ['A=1\\', { A: '1' }],
  ['A="1\\', { A: '1' }],
  ['export A=1\nB=2\nnot.a.name=3\n1C=4\n=5\nÄ=6\n', { B: '2' }],
  ['no assignment\nset -a\nA=1\nA\n', { A: '1' }],
  ['A=1\nA=2\nB=\nC=""\n', { A: '2', B: '', C: '' }],
  ['A=$B ${C\nB=2\n', { A: '$B ${C', B: '2' }],
  ['\uFEFFA=1\nB=2\n', { B: '2' }],
  ['A=x=y==\nB="=”"\n', { A: 'x=y==', B: '=”' }],
  ['# goes on \\\nA=1\nB=2\n', { B: '2' }],
  ['A=1\n; x\\', { A: '1' }],
  ['# goes on \\\rA=1\nB=2\n', { B: '2' }],
  ['A= \t \nB=  x\t \n', { A: '', B: 'x' }],
  ["A='x' \nB='x'# y\n", { A: 'x', B: 'x# y' }],
  ['A=1\nB=\u0000\n', null],
];
