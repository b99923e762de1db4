/** Constants of the contract that pages need without loading zod. */
export const BOT_SORTS = ["name", "status", "last_active", "created_at", "pending"] as const;
export type BotSort = (typeof BOT_SORTS)[number];
/** The most bots in one page of a list. */
export const BOT_PAGE_MAX = 1000;
