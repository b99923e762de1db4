/**
 * Loaded into a server by `--import`: at SIGUSR2 it writes the delays of its event loop since the signal before, in
 * milliseconds, to the file that `LOOP_DELAY_FILE` names, with the process id added.
 */
import { renameSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on("SIGUSR2", () => {
  const file = `${process.env.LOOP_DELAY_FILE}.${process.pid}`;
  // Write and rename, so that a reader never sees half of it.
  writeFileSync(`${file}.draft`, JSON.stringify({ max: delay.max / 1e6, p99: delay.percentile(99) / 1e6 }));
  renameSync(`${file}.draft`, file);
  delay.reset();
});
