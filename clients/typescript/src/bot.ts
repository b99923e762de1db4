import { Commands, type WorkContext } from "./commands.js";
import { Link } from "./link.js";
import { Outbox } from "./outbox.js";
import { cutText } from "./text.js";
import { type TicketChangeHandler, type TicketMessageHandler, Tickets } from "./tickets.js";
import type {
  BotOptions,
  Command,
  Json,
  LinkState,
  LogEntry,
  ManifestCommand,
  MessageEntry,
  NewTicket,
  Part,
  SyncData,
  Ticket,
  TicketAnswer,
  TicketFile,
  TicketMessage,
} from "./types.js";

export type CommandContext = WorkContext & {
  bot: MusterBot;
  /** Logs with the command's id in the metadata. */
  log: (level: string, message: string, metadata?: Json) => void;
};
/**
 * Runs one command. Its return value is stored as the command's result: an object as it is, anything else as {value}.
 * An exception fails the command.
 */
export type CommandHandler = (command: Command, context: CommandContext) => unknown;

/**
 * One bot of a Muster server.
 *
 * Commands arrive at least once. A handler runs once per command and process, and its outcome is sent until the
 * server has it. Logs and messages are buffered (10,000 of each), sent in batches and kept through outages.
 */
export class MusterBot {
  readonly id: string;
  readonly #options: BotOptions;
  readonly #path: string;
  readonly #link: Link;
  readonly #tickets: Tickets;
  readonly #commands: Commands;
  readonly #handlers = new Map<string, CommandHandler>();
  readonly #logs: Outbox<LogEntry>;
  readonly #messages: Outbox<MessageEntry>;
  #status: { status: string; data?: Json } = { status: "online" };
  #statusTaken = true;
  #onSettings: ((settings: Json, version: number) => void) | undefined;
  #settingsVersion = -1;
  #onConfig: ((section: string, config: Json, version: number) => void) | undefined;
  readonly #configVersions = new Map<string, number>();

  constructor(options: BotOptions) {
    this.id = options.botId;
    this.#options = { ...options };
    this.#path = `/api/bot/${encodeURIComponent(options.botId)}`;
    this.#link = new Link(this.#options, {
      command: (command) => this.#commands.receive(command),
      settled: (id) => this.#commands.cancel(id),
      settings: (settings, version) => this.#settings(settings, version),
      config: (section, config, version) => this.#config(section, config, version),
      connected: () => this.#connected(),
      ticketMessage: (message) => this.#tickets.heard(message),
      ticketUpdate: (update) => this.#tickets.changed(update),
      heartbeat: () => {
        void this.#sendStatus().catch(() => {});
        this.#tickets.catchUp();
      },
      problem: (text) => this.#problem(text),
    });
    this.#commands = new Commands(this.#link, {
      concurrency: options.concurrency ?? 8,
      handle: (command, context) => this.#handle(command, context),
      problem: (text) => this.#problem(text),
    });
    this.#tickets = new Tickets(this.#link, options.botId, (text) => this.#problem(text));
    this.#logs = new Outbox(
      (batch) => this.#link.retrying(() => this.#link.request("POST", `${this.#path}/logs`, batch, "log")),
      (count) =>
        this.log("warning", `${count} logs were dropped: the server was away for longer than the buffer holds`),
      (entry, error) => this.#problem(`A log was refused (${error.message}): ${cutText(entry.message, 80)}`),
    );
    this.#messages = new Outbox(
      (batch) => this.#link.retrying(() => this.#link.request("POST", `${this.#path}/messages`, batch, "message")),
      (count) =>
        this.log("warning", `${count} messages were dropped: the server was away for longer than the buffer holds`),
      (_, error) => this.#problem(`A message was refused: ${error.message}`),
    );
  }

  get state(): LinkState {
    return this.#link.state;
  }

  /** Declares the shards this program holds (BotOptions.part). Call it before `start`. */
  setPart(part: Part): void {
    this.#options.part = part;
  }

  /** Names the library the program runs on, such as "discord.js 14.28.1", beside its own version. Call it before `start`. */
  setLibrary(library: string): void {
    const { version } = this.#options;
    this.#options.version = version ? `${version} (${library})` : library;
  }

  /** Runs `handler` for commands of `type`; "*" takes every type that has no handler of its own. */
  onCommand(type: string, handler: CommandHandler): this {
    this.#handlers.set(type, handler);
    return this;
  }

  /**
   * Calls the handler with the bot's settings at the start, when they change, and after an outage during which they
   * changed.
   */
  onSettings(handler: (settings: Json, version: number) => void): this {
    this.#onSettings = handler;
    return this;
  }

  /**
   * Calls the handler with one section of the server's configuration (general, channels, roles, tickets, …) at a time:
   * with every section at the start, then with each section that changes, also during an outage. Only bots that belong
   * to an admin may read the configuration.
   */
  onConfig(handler: (section: string, config: Json, version: number) => void): this {
    this.#onConfig = handler;
    return this;
  }

  /**
   * Calls the handler with the messages that staff and users of the server write in this bot's tickets, in order within
   * a ticket, including messages written while the bot was away. A message counts as read once the handler has
   * resolved. When the handler throws, it is called with that message again before later ones; after three failures the
   * message is skipped.
   */
  onTicketMessage(handler: TicketMessageHandler): this {
    this.#tickets.onMessage = handler;
    return this;
  }

  /** Calls the handler when a ticket is claimed, assigned, closed, reopened, merged or deleted. Changes during an outage are not repeated. */
  onTicketChange(handler: TicketChangeHandler): this {
    this.#tickets.onChange = handler;
    return this;
  }

  start(): this {
    this.#link.start();
    return this;
  }

  /**
   * Takes no more commands, lets running ones finish, delivers acks, logs and messages, then disconnects.
   * Stops waiting after `graceMs`. Do not await it inside a handler: it waits for the handler.
   */
  async stop(graceMs = 5_000): Promise<void> {
    this.#commands.stop();
    const finished = async () => {
      await this.#commands.settled();
      await Promise.all([this.#logs.drain(), this.#messages.drain(), this.#tickets.settled()]);
      // Without this report the server would show the bot as online for another minute.
      await this.#link.request("POST", `${this.#path}/status`, { status: "offline" }, "status");
    };
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([finished().catch(() => {}), new Promise((resolve) => (timer = setTimeout(resolve, graceMs)))]);
    clearTimeout(timer);
    this.#link.stop();
  }

  /** Buffers one log with the current time. `level` is any short word; info, warning and error are the usual ones. */
  log(level: string, message: string, metadata?: Json): void {
    this.#logs.push({ type: level, message, timestamp: new Date().toISOString(), ...(metadata && { metadata }) });
  }

  /** Buffers one chat message the bot saw; its `timestamp` is the current time unless one is given. */
  message(message: MessageEntry): void {
    this.#messages.push({ ...message, timestamp: message.timestamp ?? new Date().toISOString() });
  }

  /** Replaces the groups, friends and metadata stored on the server. Resolves when stored. Throws MusterError when refused. */
  async sync(data: SyncData): Promise<void> {
    await this.#link.retrying(() => this.#link.request("POST", `${this.#path}/sync`, data));
  }

  /**
   * Reports numbers for the bot's charts, such as `{ cpu: 0.4, guilds: 12 }`: up to 32 names. Resolves when the server has
   * them. A report that fails is not repeated, because its numbers would be out of date. Throws MusterError.
   */
  async metrics(metrics: Record<string, number>): Promise<void> {
    await this.#link.request("POST", `${this.#path}/metrics`, { metrics }, "metrics");
  }

  /** Reports a short word such as "online" or "restarting". Resolves when the server has it. Throws MusterError when refused. */
  async status(status: string, data?: Json): Promise<void> {
    const mine = { status, ...(data && { data }) };
    this.#status = mine;
    this.#statusTaken = false;
    // A newer status replaces this one, so stop retrying it.
    await this.#link.retrying(async () => this.#status === mine && this.#sendStatus());
  }

  /**
   * Publishes which commands the bot understands and replaces the earlier list. The console builds forms from it, and
   * payloads are checked against it. Resolves when stored. Throws MusterError when refused.
   */
  async manifest(commands: ManifestCommand[]): Promise<void> {
    await this.#link.retrying(() => this.#link.request("PUT", `${this.#path}/manifest`, { commands }, "manifest"));
  }

  /**
   * Opens a ticket for one of the bot's users. Throws MusterError: 409 when that user already has the most open tickets
   * allowed.
   */
  openTicket(ticket: NewTicket): Promise<Ticket> {
    return this.#tickets.open(ticket);
  }

  /**
   * Writes a message in a ticket, as one of the bot's users or as the bot. Retries until the server has stored it;
   * retries never store it twice. Throws MusterError when the server refuses it: 409 when the ticket is closed.
   */
  answerTicket(ticketId: string, answer: TicketAnswer): Promise<TicketMessage> {
    return this.#tickets.answer(ticketId, answer);
  }

  /**
   * Uploads a file, whose id then goes into an answer's `attachments`. Throws MusterError when the file's type or size
   * is refused.
   */
  attachToTicket(ticketId: string, name: string, content: Uint8Array): Promise<TicketFile> {
    return this.#tickets.attach(ticketId, name, content);
  }

  /** Shows staff that somebody is typing. The event is dropped while the socket is down. */
  typingInTicket(ticketId: string, typing = true): void {
    this.#tickets.typing(ticketId, typing);
  }

  async #sendStatus() {
    const sent = this.#status;
    await this.#link.request("POST", `${this.#path}/status`, sent, "status");
    if (sent === this.#status) this.#statusTaken = true;
  }

  #connected() {
    // The server sets a bot to "online" when it connects, so any other status has to be reported again.
    if (this.#status.status !== "online" || !this.#statusTaken) void this.#sendStatus().catch(() => {});
    if (this.#onConfig) void this.#readConfig();
    this.#tickets.catchUp();
    if (!this.#onSettings) return;
    this.#link
      .request<{ settings: Json; version: number }>("GET", `${this.#path}/settings`)
      .then((now) => this.#settings(now.settings, now.version))
      .catch((error) => this.#problem(`The settings could not be read: ${error.message}`));
  }

  #settings(settings: Json, version: number) {
    if (version <= this.#settingsVersion) return;
    this.#settingsVersion = version;
    this.#onSettings?.(settings, version);
  }

  async #readConfig() {
    type Whole = { config: Record<string, Json>; versions: Record<string, number> };
    try {
      const { config, versions } = await this.#link.request<Whole>("GET", `${this.#path}/config`);
      for (const [section, fields] of Object.entries(config)) this.#config(section, fields, versions[section] ?? 0);
    } catch (error) {
      this.#problem(`The configuration could not be read: ${(error as Error).message}`);
    }
  }

  #config(section: string, config: Json, version: number) {
    if (version <= (this.#configVersions.get(section) ?? -1)) return;
    this.#configVersions.set(section, version);
    this.#onConfig?.(section, config, version);
  }

  #handle(command: Command, context: WorkContext): unknown {
    const handler = this.#handlers.get(command.type) ?? this.#handlers.get("*");
    if (!handler) throw new Error(`This bot has no handler for "${command.type}"`);
    const log: CommandContext["log"] = (level, message, metadata) =>
      this.log(level, message, { ...metadata, command_id: command.id });
    // No copy: the handler may set the traceparent that is sent back with the outcome.
    return handler(command, Object.assign(context, { bot: this, log }));
  }

  #problem(text: string) {
    if (this.#options.onProblem) this.#options.onProblem(text);
    else console.error(`[${this.id}] ${text}`);
  }
}
