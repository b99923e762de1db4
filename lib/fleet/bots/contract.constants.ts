/** Constants of the contract that pages need without loading zod. */
export const BOT_SORTS = ["name", "status", "last_active", "created_at", "pending", "failures", "errors"] as const;
export type BotSort = (typeof BOT_SORTS)[number];
/** The most bots in one page of a list. */
export const BOT_PAGE_MAX = 1000;

/** The most tags of a bot. */
export const TAGS_MAX = 32;
/** The most bots whose tags one call changes. */
export const TAGGED_AT_ONCE_MAX = 200;
/** The most values of each property that filters offer. */
export const FACET_VALUES_MAX = 100;
