export { type CommandContext, type CommandHandler, MusterBot } from "./bot.js";
export * from "./types.js";
