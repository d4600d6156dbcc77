import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { answerAt } from '../call.ts';
import type { Places } from '../places.ts';
import type { Said } from '../said.ts';
import { createUnit, type Unit, type UnitDefinition } from './unit.ts';

/** The demo host's systemd: runs the units and answers the stand-in for systemctl. */
export interface UnitManager {
  readonly add: (definition: UnitDefinition) => Unit;
  readonly close: () => Promise<void>;
}

/** systemctl's own codes. */
const NOT_ACTIVE = 3;
const NOT_LOADED = 5;

export async function startUnitManager(places: Places): Promise<UnitManager> {
  const units = new Map<string, Unit>();
  mkdirSync(places.systemd, { recursive: true });
  const server = await answerAt(`${places.systemd}/private`, (argv) =>
    systemctl(units, z.array(z.string()).parse(argv)),
  );
  return {
    add: (definition) => {
      const unit = createUnit(definition);
      units.set(definition.name, unit);
      return unit;
    },
    close: async () => {
      server.close();
      await Promise.all([...units.values()].map((unit) => unit.stop()));
    },
  };
}

async function systemctl(units: ReadonlyMap<string, Unit>, argv: readonly string[]): Promise<Said> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    strict: false,
    options: {
      property: { type: 'string', short: 'p', multiple: true },
      value: { type: 'boolean' },
      quiet: { type: 'boolean', short: 'q' },
    },
  });
  const [verb = '', ...names] = positionals;
  const name = names[0] ?? '';
  const unit = units.get(name.includes('.') ? name : `${name}.service`);
  if (verb === 'show') {
    const wanted = z.array(z.string()).catch([]).parse(values['property']);
    return said(shown(unit?.properties() ?? unknownUnit(name), wanted, values['value'] === true));
  }
  if (unit === undefined)
    return verb === 'is-active'
      ? { code: NOT_ACTIVE, stdout: 'inactive\n', stderr: '' }
      : { code: NOT_LOADED, stdout: '', stderr: `Failed to ${verb} ${name}: Unit ${name} not loaded.\n` };
  return onUnit(unit, verb);
}

async function onUnit(unit: Unit, verb: string): Promise<Said> {
  const state = unit.properties()['ActiveState'] ?? '';
  switch (verb) {
    case 'start':
      unit.start();
      return said('');
    case 'stop':
      await unit.stop();
      return said('');
    case 'restart':
      await unit.stop();
      unit.start();
      return said('');
    case 'reset-failed':
      unit.resetFailed();
      return said('');
    case 'is-active':
      return { code: state === 'active' ? 0 : NOT_ACTIVE, stdout: `${state}\n`, stderr: '' };
    case 'is-enabled':
      return said('enabled\n');
    default:
      return { code: 1, stdout: '', stderr: `Unknown command verb '${verb}'.\n` };
  }
}

function shown(
  properties: Readonly<Record<string, string>>,
  wanted: readonly string[],
  bare: boolean,
): string {
  const names = wanted.flatMap((one) => one.split(','));
  return (names.length > 0 ? names : Object.keys(properties))
    .map((name) => (bare ? `${properties[name] ?? ''}\n` : `${name}=${properties[name] ?? ''}\n`))
    .join('');
}

function unknownUnit(name: string): Readonly<Record<string, string>> {
  return { Id: name, LoadState: 'not-found', ActiveState: 'inactive', SubState: 'dead', UnitFileState: '' };
}

function said(stdout: string): Said {
  return { code: 0, stdout, stderr: '' };
}
