import { call } from '../call.ts';
import { placesIn } from '../places.ts';
import { parseSaid, repeat } from '../said.ts';

/** The demo host's systemctl: sends its arguments to the unit manager and prints the answer. */

const [base = '', ...argv] = process.argv.slice(2);
try {
  repeat(parseSaid(await call(`${placesIn(base).systemd}/private`, argv)));
} catch (error) {
  process.stderr.write(
    `Failed to connect to bus: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
}
