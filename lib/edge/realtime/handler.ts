/** Handles every event that a client sends: rate limit, validation, then the answer or the error. */
import type { Socket } from "socket.io";
import type { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { toldError } from "@/lib/core/log/logger";
import { check } from "@/lib/edge/http";

type Refusal = { error: string; code: string; details?: Record<string, unknown> };
type Reply = (answer: unknown) => void;

/** One event. `Caller` is the data known about the sending socket. */
type Call<Caller> = {
  schema: z.ZodType;
  /** @throws AppError RATE_LIMITED */
  limit(caller: Caller): void;
  handle(caller: Caller, data: unknown): Promise<unknown>;
  /** Reports an error to a sender without a callback; by default with an `error` event. */
  refuse?(caller: Caller, refused: Refusal): void;
};
/** The events that a kind of socket may send. Created once, because ten thousand sockets share them. */
export type Calls<Caller> = ReadonlyMap<string, Call<Caller>>;

/** Declares one event of a table; its data is parsed by the schema. */
export const call = <Caller, S extends z.ZodType>(
  limit: Call<Caller>["limit"],
  schema: S,
  handle: (caller: Caller, data: z.output<S>) => Promise<unknown>,
  refuse?: Call<Caller>["refuse"],
): Call<Caller> => ({ schema, limit, handle: handle as Call<Caller>["handle"], refuse });

function refusal(error: unknown): Refusal {
  const { message, code, details } = toldError(error, "a socket event failed unexpectedly");
  return { error: message, code, ...(details && { details }) };
}

/**
 * Handles the socket's events of the table: rate limit, validation, and an answer by callback if the sender gave one,
 * otherwise an `error` event. Unknown events are ignored. Nothing is thrown into the socket server.
 */
export function listen<Caller extends { socket: Socket }>(caller: Caller, calls: Calls<Caller>): void {
  caller.socket.onAny(async (event: string, raw: unknown, reply: unknown) => {
    const one = calls.get(event);
    if (!one) return;
    const answer = typeof reply === "function" ? (reply as Reply) : undefined;
    try {
      one.limit(caller);
      // The frame contained a number that cannot be represented (parser.ts).
      if (raw instanceof AppError) throw raw;
      const result = await one.handle(caller, check(one.schema, raw));
      answer?.(result);
    } catch (error) {
      const refused = refusal(error);
      if (answer) return answer(refused);
      if (one.refuse) return one.refuse(caller, refused);
      const { error: message, ...rest } = refused;
      caller.socket.emit("error", { message, ...rest });
    }
  });
}
