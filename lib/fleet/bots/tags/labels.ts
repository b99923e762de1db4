/** Derives what lists of bots filter and sort by: tags in one spelling, properties from metadata, keys of names. */
import { isEmptyOrVisible } from "@/lib/core/contract";
import { withoutDirection } from "@/lib/core/contract.names";
import { distinctTags, keyOf, TAG_LENGTH_MAX } from "@/lib/core/contract.tag-keys";
import { cutText } from "@/lib/core/format/text";
import { TAGS_MAX } from "@/lib/fleet/bots/contract.constants";

export type Facet = { kind: "tag" | "platform" | "version" | "host"; key: string; name: string };

/** The most characters of a property's value. */
const VALUE_MAX = 100;

/** Splits the tags of a filter into their keys. */
export const tagKeys = (filter: string): string[] => [...new Set(filter.split(",").map(keyOf))].filter(Boolean);

/** Returns a text that can be shown, cut to `max` characters; undefined for anything else. */
const usable = (value: unknown, max: number): string | undefined => {
  if (typeof value !== "string") return undefined;
  const text = withoutDirection(value)
    .toWellFormed()
    .replace(/\p{Cc}/gu, "")
    .trim();
  return text === "" || !isEmptyOrVisible(text) ? undefined : cutText(text, max, "");
};

/** Returns the tags that a bot reports as `tags` of its metadata: a list, or a text with commas. Ignores what is no text. */
export function reportedTags({ tags }: Record<string, unknown>): string[] {
  const all = typeof tags === "string" ? tags.split(",") : Array.isArray(tags) ? tags.slice(0, TAGS_MAX * 2) : [];
  const texts = all.flatMap((tag) => (typeof tag === "string" ? tag.split(",") : []));
  return distinctTags(texts.flatMap((tag) => usable(tag, TAG_LENGTH_MAX) ?? [])).slice(0, TAGS_MAX);
}

/** Returns the properties that a bot's metadata gives it, each value once. */
export function facetsOf(metadata: Record<string, unknown>): Facet[] {
  const { platform, version, host = metadata.hostname } = metadata;
  const single = Object.entries({ platform, version, host }).flatMap(([kind, value]) => {
    const name = usable(value, VALUE_MAX);
    return name === undefined ? [] : [{ kind: kind as Facet["kind"], key: keyOf(name), name }];
  });
  return [...single, ...reportedTags(metadata).map((name) => ({ kind: "tag" as const, key: keyOf(name), name }))];
}

/**
 * Returns a text whose order is the natural order of names: numbers in them compare by value. Each number begins with the
 * count of its digits, so that a longer one is greater.
 */
export function nameKeyOf(name: string): string {
  const key = name.toLowerCase().replace(/\d+/g, (digits) => {
    const number = digits.replace(/^0+(?=\d)/, "");
    return String(number.length).padStart(3, "0") + number;
  });
  // An empty key marks a bot whose key is not computed yet.
  return key || " ";
}
