/**
 * Lists names, and counts those beyond the first few: "Ada", "Ada and Eve", "Ada, Eve, Bob, Mia, Tom and 3 more".
 *
 * @param shown how many names are written before the rest is counted
 */
export function namesText(names: readonly string[], shown = 5): string {
  const rest = names.length - shown;
  const last = rest > 0 ? `${rest.toLocaleString("en")} more` : names.at(-1);
  const first = names.slice(0, rest > 0 ? shown : -1);
  return first.length > 0 ? `${first.join(", ")} and ${last}` : (last ?? "");
}
