/** The plugins' log. Lines are collected and written together; a read first writes the waiting lines. */
import type { Clock } from "@/lib/core/clock";
import { cutText } from "@/lib/core/format/text";
import { logger } from "@/lib/core/log/logger";
import type { LogLevel } from "./contract";

const FLUSH_MS = 300;
/**
 * The most lines of one plugin that may wait to be written. Further lines are dropped, and a line in the log says so.
 */
const WAITING_MAX = 200;
const MESSAGE_MAX = 4_000;

export type NewLine = { plugin: string; level: LogLevel; message: string; at: number };

export function createPluginLog(store: { addLines(lines: NewLine[]): Promise<void> }, now: Clock) {
  let waiting: NewLine[] = [];
  const counts = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const lines = waiting;
    waiting = [];
    counts.clear();
    if (lines.length > 0)
      writing = writing
        .then(() => store.addLines(lines))
        .catch((error) => logger.warn({ err: error }, "plugins: log lines could not be written"));
    return writing;
  }

  return {
    add(plugin: string, level: LogLevel, message: string): void {
      const count = (counts.get(plugin) ?? 0) + 1;
      counts.set(plugin, count);
      if (count > WAITING_MAX) return;
      if (count === WAITING_MAX) message = `${message} (what it says next is left out: it says too much)`;
      waiting.push({ plugin, level, message: cutText(message, MESSAGE_MAX), at: now() });
      timer ??= setTimeout(() => void flush(), FLUSH_MS).unref();
    },
    /** Resolves when all lines so far are stored, or lost to an error that was logged. */
    flush,
  };
}
export type PluginLog = ReturnType<typeof createPluginLog>;
