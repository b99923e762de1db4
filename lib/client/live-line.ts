/** The connection to the server: opened, lost and opened again. live-socket.ts sends and receives over it. */
import type { io, Socket } from "socket.io-client";
import { currentPageUser, onResumed, reportEnded, reportReplaced, resume } from "./session";

/** `live`: connected. `connecting`: trying, for a few seconds at most. `offline`: unreachable for longer. */
export type LiveState = { status: "live" | "connecting" | "offline" /** epoch ms */; since: number };

const OFFLINE_AFTER_MS = 5_000;
const REFUSED_RETRY_MS = 5_000;

const newSocket = (makeSocket: typeof io, parser: unknown): Socket =>
  makeSocket({
    parser,
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    withCredentials: true,
    auth: (give) => give({ page_user: String(currentPageUser()?.user_id ?? "") }),
    reconnectionDelay: 500,
    reconnectionDelayMax: 10_000,
    randomizationFactor: 0.5,
  });

/** Whether the line is up, and who wants to know. An outage counts from when the line was lost. */
function createLineState() {
  let state: LiveState = { status: "connecting", since: 0 };
  let lostAt = 0;
  let offlineTimer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();

  function setStatus(status: LiveState["status"]): void {
    if (state.status === status) return;
    state = { status, since: status === "live" ? Date.now() : lostAt || Date.now() };
    for (const listener of listeners) listener();
  }

  return {
    setStatus,
    lose(): void {
      if (!lostAt) lostAt = Date.now();
      setStatus("connecting");
      clearTimeout(offlineTimer);
      offlineTimer = setTimeout(() => setStatus("offline"), OFFLINE_AFTER_MS);
    },
    /** Ends an outage. @returns how long it lasted, in milliseconds */
    find(): number {
      clearTimeout(offlineTimer);
      const downMs = lostAt ? Date.now() - lostAt : 0;
      lostAt = 0;
      return downMs;
    },
    stop: () => clearTimeout(offlineTimer),
    getState: () => state,
    onState: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type Hooks = {
  /** Called with a new socket before it connects, so that its events can be listened to. */
  made(socket: Socket): void;
  connected(downMs: number): void;
};

/** Creates the connection; nothing is opened before `open()`. */
export function createLine({ made, connected }: Hooks) {
  const { setStatus, lose, find, stop, getState, onState } = createLineState();
  let socket: Socket | null = null;
  let isWanted = false;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let stopResumed = () => {};

  function retry(work: () => void): void {
    clearTimeout(retryTimer);
    retryTimer = setTimeout(work, REFUSED_RETRY_MS);
  }

  /** Opens the connection. Loads the library only now, because a page can be drawn without it. */
  function open(): void {
    isWanted = true;
    lose();
    import("./live-parser").then(
      ({ io, exactParser }) => connect(io, exactParser),
      () => isWanted && retry(open),
    );
  }

  function connect(makeSocket: typeof io, parser: unknown): void {
    if (socket || !isWanted) return;
    const line = newSocket(makeSocket, parser);
    socket = line;
    // Reconnect at once instead of waiting for the next attempt: the session works again.
    stopResumed = onResumed(() => void line.disconnect().connect());
    line.on("connect", () => {
      // Another tab may have signed in, so the cookie belongs to the page's person again.
      resume();
      const downMs = find();
      setStatus("live");
      connected(downMs);
    });
    line.on("disconnect", (reason) => {
      lose();
      if (reason === "io server disconnect") retry(() => line.connect());
    });
    line.on("connect_error", (error: Error & { data?: { code?: string } }) => {
      lose();
      if (error.data?.code === "UNAUTHORIZED") reportEnded(false);
      if (error.data?.code === "SESSION_CHANGED") reportReplaced(null, false);
      // The library retries a lost connection, but not a refused one.
      if (!line.active) retry(() => line.connect());
    });
    made(line);
  }

  function close(): void {
    isWanted = false;
    stop();
    clearTimeout(retryTimer);
    stopResumed();
    socket?.disconnect();
    socket = null;
  }

  return { open, close, getState, onState, socket: () => socket };
}
