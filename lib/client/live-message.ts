/** The documented `send_message` of Socket.IO, answered by `message_sent`. */
import type { Socket } from "socket.io-client";
import type { z } from "zod";
import type { ServerEventData } from "@/lib/edge/realtime/contract";
import type { MessageSent, SendMessage } from "@/lib/fleet/commands/contract";

const SEND_TIMEOUT_MS = 10_000;

/** Emits `send_message` and returns what `message_sent` said. @throws Error refused, not connected, or unanswered for 10 s */
export function sendMessage(socket: Socket | null, message: z.input<typeof SendMessage>) {
  return new Promise<z.infer<typeof MessageSent>>((resolve, reject) => {
    if (!socket?.connected) {
      reject(new Error("No live connection to the server."));
      return;
    }
    const finish = (act: () => void) => {
      clearTimeout(timer);
      socket.off("message_sent", onSent);
      socket.off("error", onError);
      act();
    };
    const onSent = (sent: z.infer<typeof MessageSent>) =>
      finish(() =>
        sent.status === "queued" ? resolve(sent) : reject(new Error(sent.error ?? "The message was refused.")),
      );
    const onError = (error: ServerEventData<"error">) => finish(() => reject(new Error(error.message)));
    const timer = setTimeout(() => finish(() => reject(new Error("The server did not answer."))), SEND_TIMEOUT_MS);
    socket.on("message_sent", onSent);
    socket.on("error", onError);
    socket.emit("send_message", message);
  });
}
