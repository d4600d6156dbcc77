import { describe, expect, it } from 'vitest';
import { redacted } from '../../../src/domain/text/redact.ts';
import { cpuMs } from '../../support/cpu.ts';

describe('what looks like a secret is taken out', () => {
  it.each([
    // values of names
    ['DJANGO_DB_PASSWORD=hunter2', 'DJANGO_DB_PASSWORD=[REDACTED]'],
    ['password: hunter2, user: bob', 'password: [REDACTED] user: bob'],
    ['password = a&b;c,d', 'password = [REDACTED]'],
    ['{"password": "hun\\"ter 2", "user": "bob"}', '{"password": [REDACTED], "user": "bob"}'],
    ['{\\"api_key\\": \\"hunter 2\\", \\"a\\": 1}', '{\\"api_key\\": [REDACTED], \\"a\\": 1}'],
    ["'PASSWORD': 'x y', 'HOST': 'db'", "'PASSWORD': [REDACTED], 'HOST': 'db'"],
    ["environ['SECRET_KEY'] = b'abc def'", "environ['SECRET_KEY'] = [REDACTED]"],
    ["secret => 'unterminated and more", 'secret => [REDACTED]'],
    ['AWS_SECRET_ACCESS_KEY=wJalr/x+1', 'AWS_SECRET_ACCESS_KEY=[REDACTED]'],
    ['EMAIL_HOST_PASS=x', 'EMAIL_HOST_PASS=[REDACTED]'],
    ['DB_PW=x1 PIN=4711, DOOR_PIN: 1234', 'DB_PW=[REDACTED] PIN=[REDACTED] DOOR_PIN: [REDACTED]'],
    ['mail_pwd = "x", sim_pin=\'1\'', 'mail_pwd = [REDACTED], sim_pin=[REDACTED]'],
    ['MYSQL_PWD: a', 'MYSQL_PWD: [REDACTED]'],
    ['SENTRY_DSN=https://k@sentry.example/1', 'SENTRY_DSN=[REDACTED]'],
    ['credentials: {x}', 'credentials: [REDACTED]'],
    ['GET /reset/?token=abc&x=1 HTTP/1.1', 'GET /reset/?token=[REDACTED] HTTP/1.1'],
    ['pg_dump --password hunter2 -v', 'pg_dump --password [REDACTED] -v'],
    ["ALTER ROLE x PASSWORD 'hunter 2';", 'ALTER ROLE x PASSWORD [REDACTED];'],
    ['token 0123456789abcdef01234567', 'token [REDACTED]'],
    ['the secret is dGhpcyBpcyBub3RoaW5n1==', 'the secret is [REDACTED]'],
    // addresses
    ['postgres://acme:p@ss/w@db:5432/x', 'postgres://acme:[REDACTED]@db:5432/x'],
    ['redis://:pw@localhost:6379/0 is away', 'redis://:[REDACTED]@localhost:6379/0 is away'],
    ['git+https://abc@github.com/x.git', 'git+https://[REDACTED]@github.com/x.git'],
    // headers
    ['Authorization: Bearer abc.def', 'Authorization: Bearer [REDACTED]'],
    ["curl -H 'Authorization: Basic dTpw' https://x", "curl -H 'Authorization: Basic [REDACTED]' https://x"],
    ['Cookie: sessionid=abc; csrftoken=def', 'Cookie: [REDACTED]'],
    ['sent bearer abcdefghijkl', 'sent bearer [REDACTED]'],
    // tokens of services
    ['aws AKIAIOSFODNN7EXAMPLE said no', 'aws [REDACTED] said no'],
    [`xo${'xb'}-123456789012-abcdef, next`, '[REDACTED], next'],
    ['ghp_0123456789abcdefghij0123', '[REDACTED]'],
    ['eyJhbGciOiJIUzI1.eyJzdWIiOiIx.c2ln', '[REDACTED]'],
    ['https://hooks.slack.com/services/T0/B0/abc', 'https://hooks.slack.com/[REDACTED]'],
    // keys, whole and without an end
    [
      '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\nafter',
      '[REDACTED PRIVATE KEY]\nafter',
    ],
    ['-----BEGIN RSA PRIVATE KEY-----\nabc', '[REDACTED PRIVATE KEY]'],
  ])('%s', (text, shown) => {
    expect(redacted(text)).toBe(shown);
    expect(redacted(shown)).toBe(shown);
  });
});

describe('what is no secret stays', () => {
  it.each([
    "KeyError: 'DJANGO_DB_NAME'",
    'TokenError: it ended',
    'password authentication failed for user "acme"',
    'fe_sendauth: no password supplied',
    'Key (id)=(5) already exists.',
    'cannot drop constraint leads_pkey on table public.leads because other objects depend on it',
    'monkey: banana, compass: north, passed: 5',
    'SHIPPING=5, PINNED: v0.5.0, the pin: v0.5.0, pins: 2, spwd: x',
    'The bot can\'t read which sum-core these pin:\n1a2b3c4d5e6f "Release" of 2026-02-01',
    'the key is under the mat',
    'ssh://git@github.com:22/x',
    'git@github.com:acme/site.git',
    'commit 0123456789abcdef0123456789abcdef01234567',
    'password=\nnext line',
    'password=[REDACTED DJANGO_DB_PASSWORD], by the host',
    '/srv/sum/acme-kitchens/.rollback-bot/runs/acme-kitchens-7/log',
  ])('%s', (text) => {
    expect(redacted(text)).toBe(text);
  });
});

it.each([
  'a',
  'a-',
  'password',
  ' key',
  'a://',
  'a://b:',
  'password="',
  'cookie: ',
  '--key-',
  'eyJaaaaaaaa.',
  'key:\\"',
  'PIN',
  '_pw=',
])('a long text of %j takes no long time', (part) => {
  const long = part.repeat(100_000 / part.length);

  // Linear: some 50 ms. What looks back over and over would take minutes.
  expect(cpuMs(() => redacted(long))).toBeLessThan(5_000);
});
