/** Constants of the contract that pages need without loading zod. */

/** The most views that a person has in the sidebar. */
export const PINS_MAX = 8;
/** The most characters of a view's name. */
export const VIEW_NAME_MAX = 60;
/** The pages that views filter. */
export const VIEW_PAGES = ["bots", "logs"] as const;
/** The most views in one page of the list. */
export const VIEW_PAGE_MAX = 100;
