/** The server's own log: one JSON line an event on stdout. Secrets never reach it; these paths are a second guard. */
import pino from "pino";
import { env } from "./env";
import { singleton } from "./singleton";

export const logger = singleton("logger", () =>
  pino({
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
  }),
);
