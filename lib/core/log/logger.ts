/**
 * The server's own log: one JSON line an event on stdout, and in a file once the server started. Secrets never reach it;
 * these paths are a second guard.
 */
import pino from "pino";
import { env } from "@/lib/core/env";
import { AppError, unavailable } from "@/lib/core/errors";
import { openLogFile, setLogFile } from "./log-file";

const streams = pino.multistream([{ level: "trace", stream: pino.destination(1) }]);

export const logger = pino(
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
);

/**
 * Any thrown thing as what the caller may read. What nobody foresaw is logged, with `where` it happened, and told as
 * INTERNAL_ERROR: nothing of the inside leaves the server.
 */
export function toldError(error: unknown, what: string, where: Record<string, unknown> = {}): AppError {
  if (error instanceof AppError) return error;
  // Prisma wraps errors that lib/core/db throws through it into its own, but keeps the code.
  if ((error as { code?: string } | undefined)?.code === "UNAVAILABLE")
    return unavailable("The database cannot be used at the moment; nothing was stored", 2);
  logger.error({ err: error, ...where }, what);
  return new AppError("INTERNAL_ERROR", "Something went wrong on the server; see its log for details");
}

/**
 * Also hands each line of the log, as JSON, to `stream`.
 *
 * @returns a function that ends this
 */
export function addLogStream(stream: { write(line: string): void }): () => void {
  streams.add({ level: "trace", stream });
  const { id } = streams.streams.find((one) => one.stream === stream) as unknown as { id: number };
  return () => void streams.remove(id);
}

/**
 * Also writes the log into a file of `dir`, rotated by size. If the folder cannot be written, only stdout has the log.
 */
export function logToFile(dir: string): void {
  try {
    const file = openLogFile(dir);
    streams.add({ level: "trace", stream: file });
    setLogFile(file);
  } catch (error) {
    logger.warn({ err: error }, "the log is not written to a file");
  }
}
