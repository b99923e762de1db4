/** The address of the list of bots, which holds its filters. */

const PATH = "/dashboard/bots";
/** The fields by which the list is filtered and sorted, and the name that each has in the address. */
const NAMES = {
  ...{ search: "search", status: "status", tag: "tag", platform: "platform", version: "version", host: "host" },
  ...{ team_id: "team", sort: "sort" },
} as const;
type Fields = { readonly [name in keyof typeof NAMES]?: string | number | null };

/** Returns the address of the list with these filters: the same text for the same filters. The list is sorted by name unless it says so. */
export function botsAddress(fields: Fields): string {
  const query = new URLSearchParams();
  for (const [field, name] of Object.entries(NAMES) as [keyof Fields, string][]) {
    const value = fields[field];
    if (value && !(field === "sort" && value === "name")) query.set(name, String(value));
  }
  return query.size > 0 ? `${PATH}?${query}` : PATH;
}

/** Returns the address of the list with the filters of the present address. */
export const botsAddressOf = (params: { get(name: string): string | null }): string =>
  botsAddress(Object.fromEntries(Object.entries(NAMES).map(([field, name]) => [field, params.get(name)])));
