/** How tags are compared, for every room that finds bots by them. Safe for browsers. */

/** The most characters of a tag. */
export const TAG_LENGTH_MAX = 50;

/** Returns the spelling by which tags and values of properties are compared. */
export const keyOf = (text: string): string => text.trim().normalize("NFC").toLowerCase();
