"use client";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "@/app/_ui/address-state";
import { useDebounced } from "@/app/_ui/use-debounced";
import { useAccountsNamed } from "@/lib/identity/accounts/queries";
import { useAudit } from "@/lib/identity/audit/queries";

export const OUTCOMES = ["done", "refused", "failed"] as const;
export const TARGETS = [
  "user",
  "bot",
  "command",
  "api_key",
  "session",
  "ticket",
  "alert_rule",
  "maintenance_window",
  "status_page",
  "backup",
  "plugin",
  "settings",
] as const;
export const SPANS = [
  ["1h", "Last hour"],
  ["24h", "Last 24 hours"],
  ["7d", "Last 7 days"],
  ["30d", "Last 30 days"],
] as const;

/** The log with its filters in the address. A person is chosen by username, and sent as an id. */
export function useAuditLog() {
  const [state, setState] = useQueryStates({
    q: parseAsString.withDefault(""),
    person: parseAsString.withDefault(""),
    action: parseAsString.withDefault(""),
    target: parseAsStringLiteral(TARGETS),
    outcome: parseAsStringLiteral(OUTCOMES),
    since: parseAsStringLiteral(SPANS.map(([span]) => span)),
  });
  const [q, person, action] = [
    useDebounced(state.q, 300),
    useDebounced(state.person, 300),
    useDebounced(state.action, 300),
  ];
  const named = useAccountsNamed(person);
  const chosen = named.data?.find(({ username }) => username.toLowerCase() === person.toLowerCase());
  const filters = {
    ...{ q, action, outcome: state.outcome ?? "", target_type: state.target ?? "", since: state.since ?? "" },
    user_id: chosen ? String(chosen.id) : "",
  };
  const list = useAudit(filters, !person || chosen !== undefined);
  const actions = new Set(list.data?.pages.flatMap((page) => page.entries.map((entry) => entry.action)));
  return {
    ...{ list, filters, state, set: setState },
    actions: [...actions].sort(),
    people: named.data?.map(({ username }) => username) ?? [],
    problem: person && named.data && !chosen ? `No user is named exactly “${person}”. Type a whole username.` : null,
    isFiltered: Object.values(filters).some(Boolean),
    clear: () => void setState(null),
  };
}

export type AuditLogState = ReturnType<typeof useAuditLog>;
