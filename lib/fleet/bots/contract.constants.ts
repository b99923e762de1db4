/** Words and limits of the contract that pages show before any zod is loaded. */
export const BOT_SORTS = ["name", "status", "last_active", "created_at", "pending"] as const;
export type BotSort = (typeof BOT_SORTS)[number];
/** Most bots in one page of a list. */
export const BOT_PAGE_MAX = 1000;
