/**
 * Tickets of a bot: opens and answers tickets for the bot's users, and passes the messages of staff to the bot's
 * handler.
 */
import { randomUUID } from "node:crypto";
import type { Link } from "./link.js";
import type { NewTicket, Ticket, TicketAnswer, TicketFile, TicketMessage, TicketUpdate } from "./types.js";

/** Called for each message of staff. The message counts as read by the bot once the promise resolves. */
export type TicketMessageHandler = (message: TicketMessage) => unknown;
/** Called when a ticket is claimed, assigned, closed, reopened, merged or deleted. Changes during an outage are not repeated. */
export type TicketChangeHandler = (update: TicketUpdate) => unknown;

type Page = { tickets: Ticket[]; next_cursor: string | null };
type Whole = { read_seq: number };

/** The most pages of tickets that are checked for missed messages. */
const PAGES = 5;
const PAGE = 200;
const TICKETS_KEPT = 5_000;
/** How long to wait before a failed message is handled again, and after how many failures it is skipped. */
const AGAIN_MS = 5_000;
const TIMES = 3;

const pathOf = (ticketId: string) => `/api/tickets/${encodeURIComponent(ticketId)}`;

export class Tickets {
  readonly #link: Link;
  readonly #botId: string;
  readonly #problem: (text: string) => void;
  #onMessage: TicketMessageHandler | undefined;
  #onChange: TicketChangeHandler | undefined;
  /** By ticket id: the seq of the last handled message. The first entry is the oldest, and it is dropped first. */
  readonly #done = new Map<string, number>();
  readonly #under = new Map<string, Promise<void>>();
  /**
   * By ticket id: the message for which the handler failed, and how often it failed. Later messages wait until that
   * message is handled or skipped.
   */
  readonly #failed = new Map<string, { seq: number; times: number; waiting: boolean }>();
  #looking: Promise<void> | undefined;
  #lookAgain = false;

  constructor(link: Link, botId: string, problem: (text: string) => void) {
    this.#link = link;
    this.#botId = botId;
    this.#problem = problem;
  }

  set onMessage(handler: TicketMessageHandler) {
    this.#onMessage = handler;
    if (this.#link.onSocket) this.catchUp();
  }
  set onChange(handler: TicketChangeHandler) {
    this.#onChange = handler;
  }

  async open(ticket: NewTicket): Promise<Ticket> {
    // Never retry here: a request whose answer was lost may have opened the ticket.
    return (await this.#link.request<{ ticket: Ticket }>("POST", "/api/tickets", ticket)).ticket;
  }

  async answer(ticketId: string, answer: TicketAnswer): Promise<TicketMessage> {
    const body = { content: "", client_id: randomUUID(), ...answer };
    const send = () =>
      this.#link.request<{ message: TicketMessage }>("POST", `${pathOf(ticketId)}/messages`, body, "ticket_message", {
        ticket_id: ticketId,
      });
    return (await this.#link.retrying(send)).message;
  }

  async attach(ticketId: string, name: string, content: Uint8Array): Promise<TicketFile> {
    const path = `${pathOf(ticketId)}/attachments?filename=${encodeURIComponent(name)}`;
    return (await this.#link.retrying(() => this.#link.upload<{ attachment: TicketFile }>(path, content))).attachment;
  }

  /** Shows staff that the bot, or one of its users, is typing. The event is dropped while the socket is down. */
  typing(ticketId: string, typing = true): void {
    this.#link.tell("typing", { ticket_id: ticketId, typing });
  }

  heard(message: TicketMessage): void {
    this.#queue(message);
  }

  changed(update: TicketUpdate): void {
    if (update.event_type === "new_message" || !this.#onChange) return;
    void this.#call(() => this.#onChange!(update), `a change of ${update.ticket_id}`);
  }

  /**
   * Fetches messages that no socket delivered: at the start, after an outage, and regularly while there is no socket.
   */
  catchUp(): void {
    if (!this.#onMessage) return;
    this.#lookAgain = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
  }

  /** Resolves when all running handlers have finished. */
  async settled(): Promise<void> {
    while (this.#under.size > 0) await Promise.all(this.#under.values());
  }

  async #look() {
    while (this.#lookAgain) {
      this.#lookAgain = false;
      try {
        let cursor = "";
        for (let page = 0; page < PAGES; page++) {
          const { tickets, next_cursor } = await this.#link.request<Page>("GET", `/api/tickets?limit=${PAGE}${cursor}`);
          for (const ticket of tickets) if (ticket.unread_count > 0) await this.#read(ticket.ticket_id);
          if (next_cursor === null) break;
          cursor = `&cursor=${next_cursor}`;
        }
      } catch (error) {
        this.#problem(`Tickets could not be looked through: ${(error as Error).message}`);
      }
    }
  }

  async #read(ticketId: string) {
    const { read_seq } = await this.#link.request<Whole>("GET", pathOf(ticketId));
    for (let since: string | null = String(Math.max(read_seq, this.#done.get(ticketId) ?? 0)); since !== null; ) {
      const page: { messages: TicketMessage[]; next_cursor: string | null } = await this.#link.request(
        "GET",
        `${pathOf(ticketId)}/messages?limit=${PAGE}&since=${since}`,
      );
      for (const message of page.messages) this.#queue(message);
      since = page.next_cursor;
    }
  }

  /** Handles the messages of a ticket one after the other. Skips events and messages that the bot sent itself. */
  #queue(message: TicketMessage) {
    const { ticket_id, seq } = message;
    if (!this.#onMessage || message.is_system || message.bot_id === this.#botId) return;
    const before = this.#under.get(ticket_id) ?? Promise.resolve();
    const mine = before.then(async () => {
      if (seq <= (this.#done.get(ticket_id) ?? 0) || this.#failed.get(ticket_id)?.waiting) return;
      const fine = await this.#call(() => this.#onMessage!(message), `message ${message.id}`);
      if (!fine && this.#waitsFor(message)) return;
      this.#failed.delete(ticket_id);
      this.#done.delete(ticket_id);
      this.#done.set(ticket_id, seq);
      if (this.#done.size > TICKETS_KEPT) this.#done.delete(this.#done.keys().next().value!);
      await this.#link
        .request("POST", `${pathOf(ticket_id)}/mark-read`, { last_seq: seq }, "mark_read", { ticket_id })
        .catch((error) => this.#problem(`Message ${message.id} could not be marked as read: ${error.message}`));
    });
    this.#under.set(ticket_id, mine);
    void mine.finally(() => this.#under.get(ticket_id) === mine && this.#under.delete(ticket_id));
  }

  /**
   * Decides after a failure whether the message is handled again. If so, schedules that, followed by the ticket's later
   * messages.
   */
  #waitsFor({ ticket_id, seq, id }: TicketMessage): boolean {
    const before = this.#failed.get(ticket_id);
    const times = before?.seq === seq ? before.times + 1 : 1;
    if (times >= TIMES) {
      this.#problem(`Message ${id} was given up after ${times} times`);
      return false;
    }
    const failed = { seq, times, waiting: true };
    this.#failed.set(ticket_id, failed);
    setTimeout(() => {
      failed.waiting = false;
      if (this.#link.state !== "stopped") this.catchUp();
    }, AGAIN_MS).unref();
    return true;
  }

  /** Calls `work`. Resolves with true when it did not throw. */
  async #call(work: () => unknown, what: string): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#problem(`The handler failed on ${what}: ${(error as Error).message}`);
      return false;
    }
  }
}
