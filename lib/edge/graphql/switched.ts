/** Ends subscriptions when an admin switches GraphQL off. Its entry points refuse new operations themselves. */
import type { App } from "@/lib/app";
import { bus } from "@/lib/core/bus";
import { logger } from "@/lib/core/log/logger";

/** Calls `end` when GraphQL was switched off, in whichever process. @returns what stops listening */
export const whenSwitchedOff = ({ config }: App, end: () => void): (() => void) =>
  bus.on("config.changed", ({ section }) => {
    if (section !== "features") return;
    config.has("graphql").then(
      (on) => on || end(),
      (error) => logger.warn({ err: error }, "graphql: the configuration could not be read"),
    );
  });
