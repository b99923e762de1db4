/** Invisible characters in names, and characters that reorder the text beside a name. Browser-safe. */

/** Spaces, control characters, characters that Unicode lets programs ignore (zero-width ones, fillers), and the empty braille cell. */
const INVISIBLE = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Returns whether the text is invisible to a person. */
export const isInvisible = (text: string): boolean => INVISIBLE.test(text);

const DIRECTION_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A name without the characters that turn the direction of writing: they reorder what stands beside the name. Joiners stay,
 * because emoji and several scripts need them.
 */
export const withoutDirection = (name: string): string => name.replace(DIRECTION_CONTROLS, "");
