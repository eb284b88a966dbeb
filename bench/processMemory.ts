import { readdirSync, readFileSync } from 'node:fs';

function childrenOf(pid: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const parent = Number(/\)\s+\S+\s+(\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
      return parent === pid ? [Number(name)] : [];
    } catch {
      // It ended while we looked: it holds no memory.
      return [];
    }
  });
}

function pssOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Proportional set size of a process and everything below it, in bytes (Linux). */
export function treePssBytes(pid: number): number {
  return pssOf(pid) + childrenOf(pid).reduce((sum, child) => sum + treePssBytes(child), 0);
}

/** Samples a tree's memory until stopped; answers the highest. */
export function watchPss(pid: number, everyMs = 250): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, treePssBytes(pid));
  }, everyMs);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}
