/** Subscriptions end when an admin switches GraphQL off; new operations are refused by whoever takes them in. */
import { bus } from "@/lib/core/bus";
import { logger } from "@/lib/core/log/logger";
import { config } from "@/lib/core/settings";

/** Calls `end` when GraphQL was switched off, in whichever process. @returns what stops listening */
export const whenSwitchedOff = (end: () => void): (() => void) =>
  bus.on("config.changed", ({ section }) => {
    if (section !== "features") return;
    config.has("graphql").then(
      (on) => on || end(),
      (error) => logger.warn({ err: error }, "graphql: the configuration could not be read"),
    );
  });
