import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds of a core that a process has used so far, by the kernel's scheduler. */
export function cpuMs(pid) {
  const times = readdirSync(`/proc/${pid}/task`)
    .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]));
  return times.reduce((total, ns) => total + ns / 1e6, 0);
}
