/**
 * Makes a bot of matrix-bot-sdk manageable: status, rooms, logs, rate limits, messages if wanted, and the commands
 * send_message and stop. There is no restart: the library would keep its first sync running beside the new one.
 */
import type { MusterBot } from "../bot.js";
import { createReports, type ManageOptions } from "../managed.js";

/**
 * The parts of the library's MatrixClient that are used. They are written down here, because importing the library
 * loads its native encryption module.
 */
export type MatrixClientLike = {
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  stop(): void;
  sendText(roomId: string, text: string): Promise<string>;
  getJoinedRooms(): Promise<string[]>;
  doRequest(method: string, endpoint: string, ...rest: unknown[]): Promise<unknown>;
};

type MessageEvent = {
  event_id: string;
  sender: string;
  origin_server_ts?: number;
  content?: { body?: unknown };
};
type Refusal = { errcode?: string; retryAfterMs?: number };

const SYNC = "/_matrix/client/v3/sync";

/**
 * Call it before `client.start()`; it starts and stops the Muster side itself.
 *
 * Status is "online" while the homeserver answers the bot's sync, and "disconnected" while it does not. The joined rooms are
 * synced at the start and when they change. For the library's log, use `musterLogger`.
 */
export function manageMatrix(client: MatrixClientLike, muster: MusterBot, options: ManageOptions = {}): void {
  const reports = createReports(muster, options);
  muster.setLibrary("matrix-bot-sdk");
  let status = "";
  const report = (word: string) => {
    if (word === status) return;
    status = word;
    reports.status(word);
    if (word === "online") syncRooms();
  };
  const syncRooms = () => {
    client.getJoinedRooms().then(
      (rooms) => reports.sync({ groups: rooms.map((id) => ({ id, name: id })) }),
      (error) => muster.log("warning", `The rooms could not be read: ${error.message}`),
    );
  };

  const request = client.doRequest.bind(client);
  client.doRequest = async (method, endpoint, ...rest) => {
    const isSync = endpoint === SYNC;
    try {
      const answer = await request(method, endpoint, ...rest);
      if (isSync) report("online");
      return answer;
    } catch (error) {
      const { errcode, retryAfterMs = 0 } = error as Refusal;
      if (errcode === "M_LIMIT_EXCEEDED") reports.limited(retryAfterMs / 1000);
      else if (isSync) report("disconnected");
      throw error;
    }
  };
  client.on("room.join", syncRooms);
  client.on("room.leave", syncRooms);
  if (options.messages)
    client.on("room.message", (room, event) => {
      const { event_id, sender, origin_server_ts, content } = event as MessageEvent;
      muster.message({
        message: typeof content?.body === "string" ? content.body : "(no text)",
        author_id: sender,
        author_name: sender,
        thread_id: String(room),
        thread_type: "GROUP",
        timestamp: origin_server_ts,
        metadata: { message_id: event_id },
      });
    });

  muster
    .onCommand("send_message", async ({ payload }) => ({
      message_id: await client.sendText(String(payload.thread_id), String(payload.message)),
    }))
    .onCommand("stop", () => {
      client.stop();
      void muster.stop();
      return { stopped: true };
    })
    .start();
}

type Level = "trace" | "debug" | "info" | "warn" | "error";
type Logger = Record<Level, (module: string, ...values: unknown[]) => unknown>;

/**
 * Returns a logger for `LogService.setLogger`: warnings and errors become logs of the bot, and everything also goes to
 * `inner`, such as the library's `new ConsoleLogger()`.
 */
export function musterLogger(muster: MusterBot, inner: Logger): Logger {
  const sending =
    (level: "warning" | "error", method: "warn" | "error") =>
    (module: string, ...values: unknown[]) => {
      const text = values.map((value) =>
        value instanceof Error ? value.message : typeof value === "string" ? value : "",
      );
      muster.log(level, `${module}: ${text.filter(Boolean).join(" ") || "(no text)"}`);
      return inner[method](module, ...values);
    };
  return {
    trace: inner.trace.bind(inner),
    debug: inner.debug.bind(inner),
    info: inner.info.bind(inner),
    warn: sending("warning", "warn"),
    error: sending("error", "error"),
  };
}
