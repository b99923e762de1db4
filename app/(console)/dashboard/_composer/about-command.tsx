import { TriangleAlert } from "lucide-react";
import { Badge } from "@/app/_ui/badge";
import type { OfferedCommand } from "@/lib/fleet/manifests/queries";

/** The bot's own description of the command. */
export function AboutCommand({ command }: { command: OfferedCommand }) {
  return (
    <div className="space-y-1 text-[13px]">
      {command.description ? <p className="text-muted">{command.description}</p> : null}
      <p className="flex flex-wrap gap-1.5 empty:hidden">
        {command.danger === "none" ? null : (
          <Badge tone={command.danger === "warn" ? "warn" : "bad"}>
            <TriangleAlert className="size-3" aria-hidden />
            {command.danger === "warn" ? "caution" : "destructive"}
          </Badge>
        )}
        {command.idempotent ? (
          <Badge title="Running it twice has the same effect as running it once">idempotent</Badge>
        ) : null}
        {command.timeout_s ? <Badge>up to {command.timeout_s} s</Badge> : null}
        {command.varies ? <Badge tone="info">parameters differ between these bots</Badge> : null}
      </p>
    </div>
  );
}
