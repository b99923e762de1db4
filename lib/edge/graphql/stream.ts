/**
 * Facts as an async iterator for subscriptions. It ends with the credential; a reader that falls behind is
 * disconnected.
 */
import { callerKey, isRevoked, type UserActor } from "@/lib/core/actor";
import { bus } from "@/lib/core/bus";
import { AppError, unavailable } from "@/lib/core/errors";

const QUEUE_MAX = 1_000;
/** The most simultaneous subscriptions of one person, over all connections to this process. */
const SUBSCRIPTIONS_MAX = 100;
const RUNNING = new Map<string, number>();

/**
 * @param attach begins listening: calls `push` for every value and `end` after the last; returns what stops it
 * @throws AppError RATE_LIMITED too many at once
 */
export function stream<T>(
  actor: UserActor,
  attach: (push: (value: T) => void, end: () => void) => (() => void)[],
): AsyncIterableIterator<T> {
  const caller = callerKey(actor);
  const running = RUNNING.get(caller) ?? 0;
  if (running >= SUBSCRIPTIONS_MAX)
    throw new AppError("RATE_LIMITED", `At most ${SUBSCRIPTIONS_MAX} subscriptions at once`, undefined, 60);
  RUNNING.set(caller, running + 1);

  const queue: T[] = [];
  const waiting: ((one: IteratorResult<T>) => void)[] = [];
  let trouble: Error | undefined;
  let over = false;
  let stops: (() => void)[] = [];

  function end(error?: Error) {
    if (over) return;
    over = true;
    trouble = error;
    for (const stop of stops) stop();
    const left = (RUNNING.get(caller) ?? 1) - 1;
    if (left > 0) RUNNING.set(caller, left);
    else RUNNING.delete(caller);
    for (const tell of waiting.splice(0)) tell({ done: true, value: undefined });
  }
  function push(value: T) {
    if (over) return;
    const tell = waiting.shift();
    if (tell) return tell({ done: false, value });
    if (queue.length < QUEUE_MAX) queue.push(value);
    else end(unavailable("The reader is too slow for this subscription: subscribe again, or narrow it"));
  }

  stops = attach(push, () => end());
  stops.push(
    bus.on("access.revoked", (ended) => {
      if (isRevoked(actor, ended)) end(new AppError("UNAUTHORIZED", "The credential has ended"));
    }),
  );
  // The stream may have ended while it was being attached.
  if (over) for (const stop of stops) stop();

  return {
    next() {
      const value = queue.shift();
      if (value !== undefined) return Promise.resolve({ done: false, value });
      if (trouble) {
        const error = trouble;
        trouble = undefined;
        return Promise.reject(error);
      }
      if (over) return Promise.resolve({ done: true, value: undefined });
      return new Promise((resolve) => waiting.push(resolve));
    },
    return() {
      queue.length = 0;
      end();
      return Promise.resolve({ done: true, value: undefined });
    },
    throw(error) {
      end();
      return Promise.reject(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
