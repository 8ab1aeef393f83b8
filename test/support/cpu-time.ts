/** Milliseconds that this process has computed for. What else the machine does, or a disk, is not in it. */
export function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
