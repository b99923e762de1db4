/** The messages between a bot and its server. wire-check.ts fails to compile when they differ from the server's contract. */
export type Json = Record<string, unknown>;

/** The form in which an integer beyond ±(2^53−1) arrives: a string of its decimal digits, or a bigint. */
export type LargeIntegers = "string" | "bigint";

/**
 * One instruction for this bot. The server delivers it at least once; this client runs it once per process. Times are
 * ISO-8601 UTC.
 */
export type Command = {
  id: string;
  bot_id: string;
  type: string;
  payload: Json;
  status: "pending" | "completed" | "failed";
  result: Json | null;
  created_at: string;
  completed_at: string | null;
  dispatched_at: string | null;
  /** How often it was leased. More than 1 means that an earlier attempt was not acknowledged in time. */
  attempts: number;
  lease_expires_at: string | null;
  created_by: number | null;
  /** Set when the server settled the command without the bot: cancelled, expired, or leased too often. */
  reason: "cancelled" | "expired" | "dead" | null;
  /** The span that queued it, as W3C Trace Context writes it. Only while the server exports traces. */
  traceparent?: string;
};

/** One command the bot understands, for forms, checks and warnings in the console. */
export type ManifestCommand = {
  name: string;
  description?: string;
  /** JSON Schema (2020-12) of the payload: an object schema, without references. */
  params?: Json;
  danger?: "none" | "warn" | "destructive";
  /** Whether running the command twice has the same effect as running it once. */
  idempotent?: boolean;
  /** The number of seconds within which the command usually ends. */
  timeout_s?: number;
};

export type LogEntry = { type: string; message: string; timestamp?: string; metadata?: Json };

/** A chat message the bot saw. `thread_type` is USER by default. */
export type MessageEntry = {
  message: string;
  author_id: string | number | bigint;
  author_name?: string;
  thread_id: string | number | bigint;
  thread_type?: "GROUP" | "USER";
  /** The time at which the message was written, if the platform tells it; the default is the time of the call. */
  timestamp?: string | number | Date;
  metadata?: Json;
};

/** The groups and friends of the bot, and anything else worth showing; at least one of the three. */
export type SyncData = { groups?: unknown[]; friends?: unknown[]; metadata?: Json };

export type Outcome = { status: "completed" | "failed"; result: Json; traceparent?: string };

/** `socket`: connected by Socket.IO; `polling`: long poll while the socket cannot connect; `offline`: neither works. */
export type LinkState = "connecting" | "socket" | "polling" | "offline" | "stopped";

/** The shards that a program holds, counted from 0, and the bot's total number of shards. */
export type Part = { shards: number[]; of: number };

export type BotOptions = {
  /** The server's address, such as https://muster.example.org. */
  url: string;
  botId: string;
  token: string;
  /** Commands run at once (default 8); the rest wait in order of arrival. */
  concurrency?: number;
  /** Length of the lease on a polled command in seconds, 1–3600 (default 300). */
  leaseSeconds?: number;
  /** The shards this program holds, when a sharded bot runs as several programs. */
  part?: Part;
  /** The version of the bot's program, shown with its connection: up to 64 characters. */
  version?: string;
  /** Called when something fails. By default it writes a line to stderr. */
  onProblem?: (text: string) => void;
  /**
   * How integers beyond ±(2^53−1), such as ids of Discord, arrive in payloads and settings: as decimal strings ("string",
   * the default) or as bigint. `JSON.stringify` throws on a bigint. Sending a bigint works either way.
   */
  largeIntegers?: LargeIntegers;
  /** Called when the kind of connection changes. */
  onState?: (state: LinkState) => void;
};

/** The server refused a request, or could not be reached (status 0). */
export class MusterError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details?: Json,
    /** The seconds that the server asks to wait. */
    readonly retryAfter?: number,
  ) {
    super(message);
    this.name = "MusterError";
  }

  /** True when a retry may succeed. A 401 may, because a token can be replaced and restored while the bot runs. */
  get transient(): boolean {
    return this.status === 0 || [401, 408, 429].includes(this.status) || this.status >= 500;
  }
}

/** The user of the bot who writes: the user's id on the platform, and the name and picture that staff see. */
export type Speaker = { user_id?: string | number; user_name?: string; user_avatar?: string };

/** A ticket for one of the bot's users. `type` is one of the server's categories (Application, Bug, Support by default). */
export type NewTicket = Speaker & {
  user_id: string | number;
  type: string;
  /** 3 to 100 characters. */
  subject: string;
  /** 10 to 2000 characters: the first message. */
  description: string;
  /** The place to which replies go (for example a chat id); kept with the ticket. */
  channel_id?: string;
};

export type Ticket = {
  ticket_id: string;
  ticket_num: number;
  type: string;
  subject: string;
  status: "open" | "claimed" | "closed";
  /** The id of the user on the bot's platform. */
  user_id: string | null;
  user_name: string;
  channel_id: string | null;
  assigned_name: string | null;
  close_reason: string | null;
  created_at: string;
  updated_at: string;
  last_message: string | null;
  unread_count: number;
};

export type TicketFile = { id: string; name: string; content_type: string; size: number; url: string };

/** One message of a ticket. `bot_id` is set when a bot carried it. */
export type TicketMessage = {
  id: string;
  seq: number;
  ticket_id: string;
  author_id: string;
  author_name: string;
  author_avatar: string | null;
  author_type: "user" | "staff" | "bot" | "system";
  content: string;
  timestamp: string;
  is_admin: boolean;
  is_system: boolean;
  bot_id: string | null;
  attachments: TicketFile[];
};

/** Up to 4000 characters, files by the ids of `attachToTicket`, or both. Without a speaker it is the bot itself. */
export type TicketAnswer = Speaker & { content?: string; attachments?: string[] };

/** `data` holds `ticket`, `by` and `message` (the line in the conversation) of a change. */
export type TicketUpdate = { ticket_id: string; event_type: string; data: Json; timestamp: string };
