"use client";
import { Badge } from "@/app/_ui/badge";
import { TimeAgo } from "@/app/_ui/time";
import { countText } from "@/lib/core/format/units";
import type { ApiKeyRow, KeyScope } from "@/lib/identity/accounts/credentials/contract.keys";

const SCOPE_TONE: Record<KeyScope, "neutral" | "info" | "warn"> = { read: "neutral", operate: "info", admin: "warn" };

type Shown = Pick<ApiKeyRow, "bots" | "tags" | "ip_ranges" | "old_secret_until"> & {
  /** Keys without scopes of their own have a level for all of them. */
  scope?: KeyScope;
  scopes: readonly string[] | null;
};

/** Shows what a key may do, and what it is limited to. */
export function KeyRights({ apiKey: { scope, scopes, bots, tags, ip_ranges, old_secret_until } }: { apiKey: Shown }) {
  const reached = [
    ...(bots ? [countText(bots.length, "bot")] : []),
    ...(tags ? [`bots tagged ${tags.join(", ")}`] : []),
  ].join(" and ");
  const limits = [reached, ip_ranges?.join(", ")].filter(Boolean);
  return (
    <>
      {scopes ? (
        <span className="flex max-w-64 flex-wrap gap-1">
          {scopes.map((area) => (
            <Badge key={area}>{area}</Badge>
          ))}
        </span>
      ) : scope ? (
        <Badge tone={SCOPE_TONE[scope]}>{scope}</Badge>
      ) : null}
      {limits.length > 0 ? (
        <span className="mt-0.5 block max-w-64 break-words text-[13px] text-muted">Only {limits.join(" from ")}</span>
      ) : null}
      {old_secret_until ? (
        <span className="mt-0.5 block text-[13px] text-muted">
          Old secret ends <TimeAgo at={old_secret_until} />
        </span>
      ) : null}
    </>
  );
}
