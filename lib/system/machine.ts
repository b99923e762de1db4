/** How full the machine is: the disk the data folder lies on, and memory. */
import { statfs } from "node:fs/promises";

type Usage = { memory: number; disk: number };

/** Asked anew at most this often, however many ask. */
const FRESH_MS = 2_000;

/** Reads shares of 0 to 1. What programs could have at once (caches) counts as free memory. */
export function createMachine(dataDir: string, now: () => number) {
  let known: { at: number; usage: Promise<Usage> } | undefined;

  async function read(): Promise<Usage> {
    const { mem } = await import("systeminformation");
    const [{ total, available }, { blocks, bfree, bavail }] = await Promise.all([mem(), statfs(dataDir)]);
    const used = blocks - bfree;
    return { memory: total > 0 ? 1 - available / total : 0, disk: used + bavail > 0 ? used / (used + bavail) : 0 };
  }

  return {
    usage(): Promise<Usage> {
      if (!known || now() - known.at >= FRESH_MS) {
        const usage = read();
        known = { at: now(), usage };
        usage.catch(() => {
          known = undefined;
        });
      }
      return known.usage;
    },
  };
}
