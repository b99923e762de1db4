/**
 * The connection to the server. It uses Socket.IO while that works. Otherwise it polls for commands with long-poll
 * requests, sends everything else by plain HTTP together with a heartbeat, and keeps trying the socket in the
 * background.
 */
import { randomUUID } from "node:crypto";
import { io, type Socket } from "socket.io-client";
import { exactParser, readJson, writeJson } from "./json.js";
import {
  type BotOptions,
  type Command,
  type Json,
  type LinkState,
  MusterError,
  type TicketMessage,
  type TicketUpdate,
} from "./types.js";

const ANSWER_MS = 10_000;
const HEARTBEAT_MS = 20_000;
const UPLOAD_SECONDS = 120;
const POLL_SECONDS = 25;
/** Larger bodies are sent by HTTP, which accepts larger bodies than a Socket.IO frame may have. */
const SOCKET_MAX_BYTES = 200_000;
const STATUS_OF: Record<string, number> = {
  INVALID_INPUT: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
  UNAVAILABLE: 503,
};

type Listeners = {
  /** Returns whether the command was accepted. */
  command: (command: Command) => boolean;
  /** Called when the server settled a command without this bot: it was cancelled or it expired. */
  settled: (id: string) => void;
  settings: (settings: Json, version: number) => void;
  config: (section: string, config: Json, version: number) => void;
  ticketMessage: (message: TicketMessage) => void;
  ticketUpdate: (update: TicketUpdate) => void;
  /** Called each time the socket has connected, also after an outage. */
  connected: () => void;
  heartbeat: () => void;
  problem: (text: string) => void;
};

/** Milliseconds before attempt n (0, 1, …): doubling from 0.5 s to 30 s, half of it random so that a fleet spreads out. */
const backoff = (attempt: number): number =>
  Math.min(30_000, 500 * 2 ** Math.min(attempt, 8)) * (0.5 + Math.random() / 2);

export class Link {
  readonly #options: BotOptions;
  readonly #on: Listeners;
  readonly #base: string;
  /** Distinguishes this process from another one that runs as the same bot. */
  readonly #instance = randomUUID();
  readonly #ended = new AbortController();
  #socket: Socket | undefined;
  #polling = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #refusals = 0;
  state: LinkState = "connecting";

  constructor(options: BotOptions, on: Listeners) {
    this.#options = options;
    this.#on = on;
    this.#base = options.url.replace(/\/+$/, "");
  }

  get onSocket(): boolean {
    return this.#socket?.connected ?? false;
  }

  start(): void {
    const socket = io(this.#base, {
      auth: {
        token: this.#options.token,
        instance: this.#instance,
        part: this.#options.part,
        version: this.#options.version,
      },
      transports: ["websocket"],
      parser: exactParser(this.#options.largeIntegers ?? "string"),
      forceNew: true,
      reconnectionDelay: 1000,
      reconnectionDelayMax: 30_000,
      randomizationFactor: 0.5,
    });
    this.#socket = socket;
    socket.on("connect", () => {
      this.#refusals = 0;
      this.#setState("socket");
      this.#on.connected();
    });
    socket.on("connect_error", (error: Error & { data?: { code?: string } }) => {
      if (error.data?.code === "SUPERSEDED") this.#superseded(error.message);
      else this.#fallBack(error.message);
    });
    socket.on("error", (refusal?: { code?: string; message?: string }) => {
      if (refusal?.code === "SUPERSEDED") this.#superseded(refusal.message);
    });
    socket.on("disconnect", (reason) => this.#fallBack(reason));
    socket.on("new_command", (command: Command, received?: () => void) => {
      if (this.#on.command(command) && typeof received === "function") received();
    });
    socket.on("command_update", (command: Command) => command.reason && this.#on.settled(command.id));
    socket.on("settings_update", (update: { settings: Json; version: number }) =>
      this.#on.settings(update.settings, update.version),
    );
    socket.on("config_update", (update: { section: string; config: Json; version: number }) =>
      this.#on.config(update.section, update.config, update.version),
    );
    // Chat messages use the same event name; only those of tickets have a `ticket_id`.
    socket.on("new_message", (heard: { ticket_id?: string; messageData?: TicketMessage }) => {
      if (heard.ticket_id && heard.messageData) this.#on.ticketMessage(heard.messageData);
    });
    socket.on("ticket_update", (update: TicketUpdate) => this.#on.ticketUpdate(update));
    this.#heartbeat = setInterval(() => this.onSocket || this.#on.heartbeat(), HEARTBEAT_MS);
  }

  stop(): void {
    this.#ended.abort();
    clearInterval(this.#heartbeat);
    clearTimeout(this.#reconnect);
    this.#socket?.disconnect();
    this.#setState("stopped");
  }

  /**
   * Sends one request. With `event` it goes through the socket while that is connected; `named` then carries the values
   * that an HTTP request has in its path. Throws MusterError, with status 0 when the server was not reached.
   */
  async request<T = Json>(
    method: "GET" | "POST" | "PUT",
    path: string,
    body?: object,
    event?: string,
    named?: Json,
  ): Promise<T> {
    const text = body && writeJson(body);
    if (event && text && this.onSocket && text.length < SOCKET_MAX_BYTES) {
      // If the socket brings no reply, the request is sent again by HTTP below: it may arrive twice but is never lost.
      const reply = await this.#socket!.timeout(ANSWER_MS)
        .emitWithAck(event, named ? { ...named, ...body } : body)
        .catch(() => undefined);
      if (reply?.error) throw new MusterError(STATUS_OF[reply.code] ?? 500, reply.code, reply.error, reply.details);
      if (reply) return reply;
    }
    return this.#http(method, path, text, (ANSWER_MS / 1000) * 2);
  }

  /** Sends bytes unchanged. Throws MusterError as `request` does. */
  upload<T>(path: string, content: Uint8Array): Promise<T> {
    return this.#http("POST", path, content, UPLOAD_SECONDS);
  }

  /** Sends an event that would be useless later, such as typing. The event is dropped while the socket is down. */
  tell(event: string, data: Json): void {
    if (this.onSocket) this.#socket!.emit(event, data);
  }

  /** Repeats `work` until it succeeds, is refused for good, or the link ends. Throws MusterError. */
  async retrying<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof MusterError) || !error.transient || this.#ended.signal.aborted) throw error;
        await this.#pause(Math.max(backoff(attempt), (error.retryAfter ?? 0) * 1000));
      }
    }
  }

  async #http<T>(method: string, path: string, content: string | Uint8Array | undefined, seconds: number): Promise<T> {
    let response: Response;
    let reply: Json;
    try {
      response = await fetch(this.#base + path, {
        method,
        headers: {
          authorization: `Bearer ${this.#options.token}`,
          "x-bot-instance": this.#instance,
          ...(this.#options.version && { "x-bot-version": this.#options.version.replace(/[^ -~]/g, "?") }),
          ...(this.#options.part && {
            "x-bot-part": `${this.#options.part.shards.join(",")}/${this.#options.part.of}`,
          }),
          ...(content !== undefined && {
            "content-type": typeof content === "string" ? "application/json" : "application/octet-stream",
          }),
        },
        body: content as RequestInit["body"],
        signal: AbortSignal.any([this.#ended.signal, AbortSignal.timeout(seconds * 1000)]),
      });
      reply = readJson(await response.text(), this.#options.largeIntegers);
    } catch (error) {
      throw new MusterError(0, "UNREACHABLE", `${this.#base} cannot be reached: ${cause(error)}`);
    }
    if (response.ok) return reply as T;
    const wait = Number(response.headers.get("retry-after")) || undefined;
    const { error, code, details } = reply as { error?: string; code?: string; details?: Json };
    if (code === "SUPERSEDED") this.#superseded(error);
    throw new MusterError(response.status, code ?? "ERROR", error ?? response.statusText, details, wait);
  }

  /** A person decided to keep another instance of this bot, so the server would refuse further attempts to connect. */
  #superseded(message = "another instance of this bot was kept") {
    if (this.#ended.signal.aborted) return;
    this.#on.problem(`Stopped by the server: ${message}`);
    this.stop();
  }

  #fallBack(reason: string) {
    if (this.#ended.signal.aborted) return;
    if (this.state === "socket" || this.state === "connecting") this.#setState("offline");
    // socket.io-client does not reconnect after a refusal, or when the server closed the connection.
    if (!this.#socket!.active) {
      if (this.#refusals++ === 0) this.#on.problem(`The live connection was ended by the server (${reason}); retrying`);
      clearTimeout(this.#reconnect);
      this.#reconnect = setTimeout(() => this.#socket!.connect(), backoff(this.#refusals));
    }
    void this.#poll();
  }

  async #poll() {
    if (this.#polling) return;
    this.#polling = true;
    const lease = this.#options.leaseSeconds ?? 300;
    const path = `/api/bot/${encodeURIComponent(this.#options.botId)}/commands?limit=10&lease=${lease}&wait=`;
    for (let failures = 0; !this.onSocket && !this.#ended.signal.aborted; ) {
      try {
        // The first poll returns at once, to find out whether polling works. A poll in progress may finish even when
        // the socket returns; otherwise the commands it leased would wait until their leases end.
        const wait = this.state === "polling" ? POLL_SECONDS : 0;
        const reply = await this.#http<{ commands: Command[] }>("GET", path + wait, undefined, wait + ANSWER_MS / 1000);
        failures = 0;
        if (!this.onSocket) this.#setState("polling");
        for (const command of reply.commands) this.#on.command(command);
      } catch (error) {
        if (this.#ended.signal.aborted) break;
        if (!this.onSocket) this.#setState("offline");
        if (failures === 0) this.#on.problem((error as Error).message);
        await this.#pause(Math.max(backoff(failures++), ((error as MusterError).retryAfter ?? 0) * 1000));
      }
    }
    this.#polling = false;
  }

  #setState(state: LinkState) {
    if (this.state === state || this.state === "stopped") return;
    this.state = state;
    this.#options.onState?.(state);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#ended.signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#ended.signal.addEventListener("abort", end);
      if (this.#ended.signal.aborted) end();
    });
  }
}

const cause = (error: unknown): string => {
  const { message, cause: inner } = error as Error & { cause?: { code?: string; message?: string } };
  return inner?.code ?? inner?.message ?? message;
};
