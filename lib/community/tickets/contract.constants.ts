/** Limits of the contract that pages show before any zod is loaded. */
export const SUBJECT_MAX = 100;
export const DESCRIPTION_MAX = 2000;
export const MESSAGE_MAX = 4000;
/** Attachments of one message. */
export const ATTACHMENTS_PER_MESSAGE = 10;
/** How often one ticket may be reopened. */
export const REOPENS_MAX = 3;
/** Counters stop at this number, which is shown as "1000 or more". */
export const COUNT_CAP = 1000;
export const TAGS_MAX = 10;
/** A person who sends nothing more counts as having stopped typing after this time. */
export const TYPING_MS = 6_000;
