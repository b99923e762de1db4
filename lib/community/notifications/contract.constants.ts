/** Limits of the contract that pages show before any zod is loaded. */
/** How many notifications an inbox holds: the oldest make room. */
export const INBOX_MAX = 500;
