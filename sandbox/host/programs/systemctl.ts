import { z } from 'zod';
import { call } from '../call.ts';
import { placesIn } from '../places.ts';

/** The demo host's systemctl: passes its arguments on to the one that keeps the units, and says what that says. */

const answer = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });

const [base = '', ...argv] = process.argv.slice(2);
try {
  const { code, stdout, stderr } = answer.parse(await call(`${placesIn(base).systemd}/private`, argv));
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
} catch (error) {
  process.stderr.write(
    `Failed to connect to bus: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
}
