import { expect, it } from 'vitest';
import { parseHostState } from '../../src/ssh/host-state.ts';

const SAID = `code ${'5'.repeat(40)}
environment target
database restored
unit sum-acme-kitchens-celery.service inactive
unit sum-acme-kitchens-gunicorn.service active
health 503
ran restore,stop,
begun yes
`;

it('reads what the program says of its host', () => {
  expect(parseHostState(SAID)).toEqual({
    code: '5'.repeat(40),
    environment: 'target',
    database: 'restored',
    units: [
      { name: 'sum-acme-kitchens-celery.service', active: 'inactive' },
      { name: 'sum-acme-kitchens-gunicorn.service', active: 'active' },
    ],
    health: 503,
    ran: ['restore', 'stop'],
    begun: true,
  });
});

it('reads what a program of an older version says, and one that has begun nothing', () => {
  expect(parseHostState(SAID.replace('ran restore,stop,\n', ''))).not.toHaveProperty('ran');
  expect(parseHostState(SAID.replace('ran restore,stop,', 'ran ')).ran).toEqual([]);
});

it('takes what cannot be told for nothing else', () => {
  const said = SAID.replace(/code .*/, 'code unknown')
    .replace('restored', 'unknown')
    .replace('503', '000')
    .replace('begun yes', 'begun no');

  expect(parseHostState(said)).toMatchObject({ code: null, database: null, health: null, begun: false });
});

it.each([
  '',
  'code 12\n',
  SAID.replace('target', 'venv'),
  SAID.replace('begun yes\n', ''),
  SAID.replace('ran restore', 'ran $(id)'),
])('refuses anything else: %j', (text) => {
  expect(() => parseHostState(text)).toThrow(
    "the host's answer about code, environment and database can't be understood",
  );
});

it.each([
  'unit a;id active',
  'unit sum-acme-kitchens-gunicorn.service ACTIVE\u200b',
  Array(11).fill('unit x.service active').join('\n'),
])('takes no units that systemd could not have named: %j', (lines) => {
  expect(() => parseHostState(`${SAID}${lines}\n`)).toThrow(
    "the host's answer about the units of the site can't be understood",
  );
});
