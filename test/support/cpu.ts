/**
 * CPU time that this process needs for a piece of work, in milliseconds. Other processes on the machine do not change it, so a
 * limit on it tests only the work.
 */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
