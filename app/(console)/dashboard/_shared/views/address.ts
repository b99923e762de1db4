/** The addresses of the pages that saved views filter. An address holds the filters of its page. */
import type { SavedView } from "@/lib/fleet/views/contract";

/** The path of each page, and the name that each field of its filter has in the address. */
const PAGES = {
  bots: {
    path: "/dashboard/bots",
    names: {
      ...{ search: "search", status: "status", tag: "tag", platform: "platform", version: "version", host: "host" },
      ...{ team_id: "team", sort: "sort" },
    },
  },
  logs: { path: "/dashboard/logs", names: { q: "q", from: "from", to: "to", columns: "columns" } },
} as const;
type BotsFields = { readonly [name in keyof typeof PAGES.bots.names]?: string | number | null };
export type View = { page: SavedView["page"]; filter: Readonly<Record<string, string | number | null | undefined>> };

/** Returns the path of the page that a view filters. */
export const viewPath = (page: View["page"]): string => PAGES[page].path;

/** Returns the address of a page with a filter: the same text for the same filter. The list of bots is sorted by name unless it says so. */
export function viewAddress({ page, filter }: View): string {
  const { path, names } = PAGES[page];
  const query = new URLSearchParams();
  for (const [field, name] of Object.entries(names)) {
    const value = filter[field];
    if (value && !(field === "sort" && value === "name")) query.set(name, String(value));
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

/** Returns the address of a page with the filter of the present address. */
export const presentAddress = (page: View["page"], params: { get(name: string): string | null }): string =>
  viewAddress({
    ...{
      page,
      filter: Object.fromEntries(Object.entries(PAGES[page].names).map(([field, name]) => [field, params.get(name)])),
    },
  });

/** Returns the address of the list of bots with a filter. */
export const botsAddress = (filter: BotsFields): string => viewAddress({ page: "bots", filter });
