export { type CommandContext, type CommandHandler, MusterBot } from "./bot.js";
export type { ManageOptions } from "./managed.js";
export type { TicketChangeHandler, TicketMessageHandler } from "./tickets.js";
export * from "./types.js";
