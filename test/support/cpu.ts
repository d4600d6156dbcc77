/**
 * How long this process computes for a piece of work, in milliseconds. Unlike the time that passes it does not grow when others
 * use the machine, so a bound far above it says something about the work alone.
 */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
