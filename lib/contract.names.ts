/** Characters of names that show nothing, or show what stands beside a name in another order. Browser-safe. */

/** Spaces, control characters, characters that Unicode lets programs ignore (zero-width ones, fillers), and the empty braille cell. */
const INVISIBLE = /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Would a person see nothing of this text? */
export const isInvisible = (text: string): boolean => INVISIBLE.test(text);

const DIRECTION_CONTROLS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A name without the characters that turn the direction of writing: they reorder what stands beside the name. Joiners stay,
 * because emoji and several scripts need them.
 */
export const withoutDirection = (name: string): string => name.replace(DIRECTION_CONTROLS, "");
