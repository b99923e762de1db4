import type { SavedView } from "@/lib/fleet/views/contract";
import type { NewView } from "@/lib/fleet/views/queries";

/** The present state of a page that views filter: what a new view would keep. */
export type PageView = { page: SavedView["page"]; filter: NewView["filter"]; address: string };

/** The sentences of the dialogs, by the page that the views filter. */
export const VIEW_TEXTS: Record<SavedView["page"], { keeps: string; start: string; members: string; kept: string }> = {
  bots: {
    keeps: "A view keeps the search, the filters and the order of this list under a name.",
    start: "Filter or sort the list of bots, and then choose Save view to keep that under a name.",
    members: "Each member sees the bots that they have access to.",
    kept: "No bot changes.",
  },
  logs: {
    keeps:
      "A view keeps the query, the time range and the columns of this page under a name. A range such as the last 24 hours moves along.",
    start: "Write a query or choose a time range, and then choose Save view to keep that under a name.",
    members: "Each member sees the logs of the bots that they have access to.",
    kept: "No log is deleted.",
  },
};
