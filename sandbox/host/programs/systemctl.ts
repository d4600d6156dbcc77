import { call } from '../call.ts';
import { placesIn } from '../places.ts';
import { parseSaid, repeat } from '../said.ts';

/** The demo host's systemctl: passes its arguments on to the one that keeps the units, and says what that says. */

const [base = '', ...argv] = process.argv.slice(2);
try {
  repeat(parseSaid(await call(`${placesIn(base).systemd}/private`, argv)));
} catch (error) {
  process.stderr.write(
    `Failed to connect to bus: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
}
