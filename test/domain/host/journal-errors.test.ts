import { describe, expect, it } from 'vitest';
import { errorList, errorsIn, normalised } from '../../../src/domain/host/journal-errors.ts';
import { cpuMs } from '../../support/cpu.ts';

const TRACEBACK = [
  'Internal Server Error: /contact/',
  'Traceback (most recent call last):',
  '  File "/usr/lib/python3/dist-packages/django/core/handlers/exception.py", line 47, in inner',
  '    response = get_response(request)',
  '               ^^^^^^^^^^^^^^^^^^^^^',
  '  File "/srv/sum/acme-kitchens/app/website/views.py", line 22, in contact',
  '    Lead.objects.create(**form.cleaned_data)',
  '  File "/usr/lib/python3/dist-packages/django/db/models/base.py", line 503, in __init__',
  '    raise TypeError("%s() got an unexpected keyword argument")',
  "TypeError: Lead() got an unexpected keyword argument 'name'",
];
const ACCESS = ' - - [22/Nov/2026:19:42:09 +0000] "POST /contact/ HTTP/1.0" 500 145 "-" "curl/7.88.1"';

/** As psycopg2 and Django chain them; journald leaves the empty lines out. */
const CHAINED = [
  '{"timestamp": "2026-11-22 19:42:09,123", "level": "ERROR", "logger": "django.request", "message": "Internal Server Error: /forms/submit/"}',
  'Traceback (most recent call last):',
  '  File "/srv/sum/dune-dental/venv/lib/python3.11/site-packages/django/db/backends/utils.py", line 84, in _execute',
  '    return self.cursor.execute(sql, params)',
  'psycopg2.errors.UndefinedColumn: column "source_url" of relation "sum_core_lead" does not exist',
  'LINE 1: ..."name", "email", "phone", "message", "form_type", "source_ur...',
  '                                                             ^',
  'The above exception was the direct cause of the following exception:',
  'Traceback (most recent call last):',
  '  File "/srv/sum/dune-dental/venv/lib/python3.11/site-packages/sum_core/forms.py", line 25, in submit',
  '    lead = Lead.objects.create(**form.cleaned_data)',
  '  File "/srv/sum/dune-dental/venv/lib/python3.11/site-packages/django/db/backends/utils.py", line 84, in _execute',
  '    return self.cursor.execute(sql, params)',
  'django.db.utils.ProgrammingError: column "source_url" of relation "sum_core_lead" does not exist',
  'LINE 1: ..."name", "email", "phone", "message", "form_type", "source_ur...',
  '                                                             ^',
  ' - - [22/Nov/2026:19:42:09 +0000] "POST /forms/submit/ HTTP/1.0" 500 145 "-" "curl"',
];

describe('the errors in a journal', () => {
  it.each<[string, readonly string[], string]>([
    [
      'a failed request once, by its exception and the place in the site',
      [...TRACEBACK, ACCESS],
      '1 x TypeError in website/views.py',
    ],
    [
      'the same error of two requests together',
      [...TRACEBACK, ACCESS, 'fine', ...TRACEBACK, ACCESS],
      '2 x TypeError in website/views.py',
    ],
    [
      "chained exceptions by the last one, in the platform's own package",
      CHAINED,
      '1 x ProgrammingError in sum_core/forms.py',
    ],
    [
      'with empty lines in the chain as well',
      CHAINED.flatMap((line) => (line.startsWith('The above') ? ['', line, ''] : [line])),
      '1 x ProgrammingError in sum_core/forms.py',
    ],
    [
      'a JSON line by the traceback in it',
      [
        JSON.stringify({
          level: 'ERROR',
          logger: 'django.request',
          message: 'Internal Server Error: /',
          exception: TRACEBACK.slice(1).join('\n'),
        }),
        ACCESS,
      ],
      '1 x TypeError in website/views.py',
    ],
    [
      'a JSON line without one by logger and message',
      [
        '{"level":"CRITICAL","logger":"sum_core.mail","message":"mail 4711 to ann@acme.example not sent","request_id":"a1"}',
      ],
      '1 x sum_core.mail: mail N to <address> not sent',
    ],
    [
      'a line that its formatter did not escape',
      ['{"timestamp": "x", "level": "ERROR", "logger": "leads", "message": "no "phone" in it"}'],
      "1 x leads: no 'phone' in it".replace("'phone'", "'…'"),
    ],
    [
      'a 500 of the access log alone',
      ['10.0.0.9 - - [x] "GET /blog/17/?q=me HTTP/1.1" 500 145 "-" "-"'],
      '1 x 500 GET /blog/N/?…',
    ],
    [
      'what gunicorn itself says',
      ['[2026-03-01 02:20:00 +0000] [12] [ERROR] Worker failed to boot'],
      '1 x Worker failed to boot',
    ],
    [
      'an exception without a traceback',
      ['django.db.utils.OperationalError: connection to 10.0.0.7 refused'],
      '1 x OperationalError',
    ],
    [
      'a task of celery by its exception',
      [
        '[2026-03-01 02:20:00,001: ERROR/ForkPoolWorker-1] Task leads.send[6f1c] raised unexpected: OSError()',
        'Traceback (most recent call last):',
        '  File "/srv/sum/acme-kitchens/app/leads/tasks.py", line 3, in send',
        'OSError: no',
      ],
      '1 x OSError in leads/tasks.py',
    ],
    [
      'a traceback that is cut off',
      ['Traceback (most recent call last):', '  File "/srv/sum/a/app/x/y.py", line 1, in z'],
      '1 x an exception in x/y.py',
    ],
    [
      'several kinds, the most frequent first',
      ['CRITICAL b', ...TRACEBACK, ...TRACEBACK, 'CRITICAL a', 'CRITICAL c', 'CRITICAL d'],
      '2 x TypeError in website/views.py, 1 x CRITICAL a, 1 x CRITICAL b, 2 more kinds',
    ],
  ])('are counted: %s', (_, lines, said) => {
    expect(errorList(errorsIn(lines))).toBe(said);
  });

  it.each([
    'GET /errors/ HTTP/1.1" 200 500',
    '10.0.0.9 - - [x] "GET /500/ HTTP/1.1" 404 500 "-" "-"',
    '{"level": "INFO", "message": "0 ERROR found"}',
    '[2026-03-01 02:20:00 +0000] [12] [ERROR] Worker (pid:14) was sent SIGTERM!',
    '{"level": "ERROR", "logger": "django.security.DisallowedHost", "message": "Invalid HTTP_HOST header: \'x\'."}',
    'Service Unavailable: /health/',
    ' - - [x] "GET /health/ HTTP/1.0" 503 357 "-" "curl"',
    '',
  ])('are not: %s', (line) => {
    expect(errorsIn([line])).toEqual([]);
  });

  it('have the same fingerprint in another environment and at another line', () => {
    const at = (path: string, line: number) =>
      errorsIn([
        'Traceback (most recent call last):',
        `  File "${path}/lib/python3.11/site-packages/sum_core/forms.py", line ${line}, in submit`,
        'KeyError: 1',
      ])[0]?.what;

    expect(at('/srv/sum/a/venv', 25)).toBe(at(`/srv/sum/a/.rollback-bot/venvs/${'5'.repeat(40)}`, 31));
  });
});

describe('a message without its changing parts', () => {
  it.each([
    ['order 4711 took 3.5 s', 'order N took N s'],
    ['at 2026-03-01T02:20:00.123Z and 2026-03-01 02:20:00,5', 'at <time> and <time>'],
    ['run 6f1c2d3e-1111-2222-3333-444455556666 at 0x7f00aa', 'run <id> at <id>'],
    ['commit 55555555aaaa', 'commit <id>'],
    ['no user \'Ann\' in "people"', "no user '…' in '…'"],
    ['redis://:hunter2@10.0.0.9/0 is away', 'redis://:[REDACTED]@N/N is away'],
    [
      'password=hunter2 api_key: abc, DJANGO_SECRET_KEY="x y"',
      'password=[REDACTED] api_key: [REDACTED] DJANGO_SECRET_KEY=[REDACTED]',
    ],
    ['ann@acme.example asked', '<address> asked'],
    ['GET /reset/?token=abc', 'GET /reset/?…'],
    ['x'.repeat(200), `${'x'.repeat(99)}…`],
  ])('%s', (message, short) => {
    expect(normalised(message)).toBe(short);
  });
});

it.each(['a', 'a.', 'a@', '?', '"', "'", '1.', 'a1b2c3d4', ' ', '/app/'])(
  'a long message of %j takes no long time',
  (part) => {
    const long = part.repeat(150_000 / part.length);

    // Read once it takes some milliseconds; read once from each of its letters, minutes.
    expect(cpuMs(() => normalised(long))).toBeLessThan(5_000);
  },
);
