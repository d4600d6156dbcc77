import { describe, expect, it } from 'vitest';
import { hostText, hostValue } from '../../../src/domain/text/host-text.ts';

const esc = '\u001b';

describe('text from a host', () => {
  it.each([
    ['colours', `${esc}[31;1mERROR${esc}[0m: no`, 'ERROR: no'],
    ['colours of 8 bits', '\u009b31mERROR', 'ERROR'],
    ['a title', `${esc}]0;root@host: ~\u0007$ ls`, '$ ls'],
    ['a link', `${esc}]8;;https://x${esc}\\here${esc}]8;;${esc}\\`, 'here'],
    ['a title without an end', `${esc}]0;title\nnext`, `${esc}]0;title\nnext`],
    ['short codes', `${esc}(B${esc}=${esc}7kept${esc}8`, 'kept'],
    ['a progress bar', '10%\r50%\r100%\ndone\r\n', '100%\ndone\n'],
    [
      'a secret behind a colour',
      `${esc}[1mPASSWORD${esc}[0m=${esc}[32mhunter2${esc}[0m`,
      'PASSWORD=[REDACTED]',
    ],
    ['a secret that was written over', 'password=hunter2\rok', 'ok'],
    ['markup', '<!channel> *bold* <https://x|y> &amp;', '<!channel> *bold* <https://x|y> &amp;'],
  ])('keeps what people read: %s', (_, text, shown) => {
    expect(hostText(text)).toBe(shown);
  });

  it('is cleaned wherever it stands in an answer', () => {
    expect(
      hostValue({ problem: 'token=abc', lines: ['a', { b: `${esc}[1mkey=x` }], n: 1, none: null }),
    ).toEqual({
      problem: 'token=[REDACTED]',
      lines: ['a', { b: 'key=[REDACTED]' }],
      n: 1,
      none: null,
    });
  });

  it.each([
    { application: { program: ['bin/gunicorn'], name: 'secret_garden.wsgi:application' } },
    { application: { program: ['bin/gunicorn'], name: 'keystone_kitchens.wsgi:application' } },
    { units: [{ name: 'sum-xoxo-cupcakes-and-more-gunicorn.service' }] },
    { executables: ['/srv/sum/sk-the-very-best-bakery-in-town/venv/bin/gunicorn'] },
    { hint: { kind: 'own-repository', folder: '/srv/token=cafe/app', path: 'key=1' } },
    { hint: { kind: 'no-commit', module: '/srv/token=cafe/.git/modules/a' } },
    { bind: 'unix:/run/token=cafe.sock', tags: ['token: v1'] },
  ])('keeps names to the letter that are given to programs again: %j', (answer) => {
    expect(hostValue(answer)).toEqual(answer);
  });

  it('takes terminal codes out of names as well', () => {
    expect(hostValue({ name: `${esc}[1msum-a.service` })).toEqual({ name: 'sum-a.service' });
  });
});
