export { type CommandContext, type CommandHandler, MusterBot } from "./bot.js";
export type { LargeIntegers } from "./json.js";
export type { TicketChangeHandler, TicketMessageHandler } from "./tickets.js";
export * from "./types.js";
