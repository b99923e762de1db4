/**
 * The server's own log: one JSON line an event on stdout, and in a file once the server started. Secrets never reach it;
 * these paths are a second guard.
 */
import pino from "pino";
import { env } from "./env";
import { openLogFile, setLogFile } from "./log-file";
import { singleton } from "./singleton";

const streams = singleton("logStreams", () => pino.multistream([{ level: "trace", stream: pino.destination(1) }]));

export const logger = singleton("logger", () =>
  pino(
    {
      level: env.LOG_LEVEL,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: [
        "*.password",
        "*.token",
        "*.authorization",
        "*.cookie",
        "*.secret",
        "headers.authorization",
        "headers.cookie",
      ],
    },
    streams,
  ),
);

/** Writes the log into a file of `dir` too, rotated by size. Without a folder that can be written, stdout alone has it. */
export function logToFile(dir: string): void {
  try {
    const file = openLogFile(dir);
    streams.add({ level: "trace", stream: file });
    setLogFile(file);
  } catch (error) {
    logger.warn({ err: error }, "the log is not written to a file");
  }
}
