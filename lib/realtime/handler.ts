/** How every event a client sends is handled: limit, validation, answer or refusal. */
import type { Socket } from "socket.io";
import type { z } from "zod";
import { check } from "@/lib/http";
import { toldError } from "@/lib/logger";

type Refusal = { error: string; code: string; details?: Record<string, unknown> };
type Reply = (answer: unknown) => void;

function refusal(error: unknown): Refusal {
  const { message, code, details } = toldError(error, "a socket event failed unexpectedly");
  return { error: message, code, ...(details && { details }) };
}

/**
 * Registers a handler: rate limit, validation, answer by callback if the sender gave one, otherwise an `error` event.
 * A handler never throws into the socket server.
 */
export function on<S extends z.ZodType>(
  socket: Socket,
  event: string,
  schema: S,
  limit: () => void,
  handle: (data: z.output<S>) => Promise<unknown>,
  refuse: (refused: Refusal, raw: unknown) => void = ({ error, ...rest }) =>
    void socket.emit("error", { message: error, ...rest }),
) {
  socket.on(event, async (raw: unknown, reply?: unknown) => {
    const answer = typeof reply === "function" ? (reply as Reply) : undefined;
    try {
      limit();
      const result = await handle(check(schema, raw));
      answer?.(result);
    } catch (error) {
      const refused = refusal(error);
      if (answer) answer(refused);
      else refuse(refused, raw);
    }
  });
}
