import { ArrowDown, ArrowUp, ChevronsUp } from "lucide-react";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { cn } from "@/app/_ui/cn";
import type { Priority, TicketStatus } from "@/lib/community/tickets/contract";
import { firstGraphemes } from "@/lib/core/format/text";

/** The person who views the tickets, with the rights that pages depend on. */
export type Reader = {
  user_id: string;
  username: string;
  /** Whether they answer: all tickets in the list, the open ticket in a conversation. */
  staff: boolean;
  /** Whether some tickets may be theirs to answer: those of bots that they operate. */
  mayAnswer: boolean;
  /** Whether they use the server's canned replies, as moderators and admins do. */
  hasCanned: boolean;
  admin: boolean;
};

/** How many people a line of a conversation names before it counts the rest. */
export const NAMES_SHOWN = 2;

const TONE = { open: "info", claimed: "ok", closed: "neutral" } as const;

/** A ticket's status as a coloured dot and a word. */
export function TicketStatusDot({ status, className }: { status: TicketStatus; className?: string }) {
  return <StatusDot status={status} tone={TONE[status]} className={className} />;
}

/** Marks a priority other than the default, each with a shape of its own. */
export function PriorityMark({ priority }: { priority?: Priority }) {
  if (!priority || priority === "normal") return null;
  return (
    <Badge tone={priority === "urgent" ? "bad" : priority === "high" ? "warn" : "neutral"}>
      {priority === "urgent" ? (
        <ChevronsUp className="size-3" aria-hidden />
      ) : priority === "high" ? (
        <ArrowUp className="size-3" aria-hidden />
      ) : (
        <ArrowDown className="size-3" aria-hidden />
      )}
      {priority}
    </Badge>
  );
}

/**
 * The initials of a name in a circle. Avatars are not loaded from other sites, because those sites would learn who
 * reads the ticket.
 */
export function Initials({ name, className }: { name: string; className?: string }) {
  return (
    <span
      aria-hidden
      className={cn(
        "grid ui:size-7 shrink-0 place-items-center rounded-full ui:bg-raised font-semibold text-[11px] text-muted uppercase",
        className,
      )}
    >
      {firstGraphemes(name.replace(/[^\p{L}\p{M}\p{N}]+/gu, ""), 2) || "?"}
    </span>
  );
}
