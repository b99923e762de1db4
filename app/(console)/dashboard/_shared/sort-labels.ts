import type { BotSort } from "@/lib/fleet/bots/contract.constants";

/** The orders of a list of bots, as people read them. */
export const SORT_LABELS: Record<BotSort, string> = {
  name: "Name",
  status: "Status",
  last_active: "Last seen",
  created_at: "Newest",
  pending: "Most pending",
  failures: "Most failures",
  errors: "Most error logs",
};
