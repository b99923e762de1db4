/** SIGTERM and SIGINT, from the first moment of the process on. */
import { logger } from "@/lib/core/log/logger";

type Handlers = {
  /** Called once, at the first signal. */
  stop(): Promise<void>;
  /** Called at every further signal. A terminal and npm both pass one on, so a second one must not cut requests off. */
  hurry(): void;
};

/**
 * Listens for signals. One that arrives during the start waits for `ready`, because ending in the middle would leave
 * half-started services behind.
 *
 * @param limitMs the process exits with 1 when it has not stopped this long after the first signal
 */
export function listenForSignals(limitMs: number) {
  let handlers: Handlers | undefined;
  let received = false;
  function hear(signal: NodeJS.Signals): void {
    if (received) {
      handlers?.hurry();
      return;
    }
    received = true;
    logger.info(`${signal}: finishing what is under way`);
    setTimeout(() => process.exit(1), limitMs).unref();
    void handlers?.stop();
  }
  process.on("SIGTERM", hear).on("SIGINT", hear);
  // By default Node opens its inspector on SIGUSR1, and anybody who reaches that port could run code here.
  process.on("SIGUSR1", () => logger.warn("SIGUSR1 ignored: the inspector stays closed"));
  return {
    /** Gives the handlers, and stops at once if a signal has arrived. */
    ready(given: Handlers): void {
      handlers = given;
      if (received) void handlers.stop();
    },
  };
}
