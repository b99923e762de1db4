/** Limits of the contract that pages show before any zod is loaded. */
/** The most notifications in an inbox. Beyond it the oldest are removed. */
export const INBOX_MAX = 500;
