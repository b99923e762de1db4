"use client";
import { MessagesSquare } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { Button } from "@/app/_ui/button";
import { cn } from "@/app/_ui/cn";
import { EmptyState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { usePageKeys } from "@/app/_ui/use-page-keys";
import { useTicketList } from "@/lib/community/tickets/queries";
import { ConversationSkeleton } from "./conversation-skeleton";
import { createDrafts } from "./drafts";
import { useTicketFilters } from "./filters";
import type { Reader } from "./labels";
import { Queue } from "./queue";

const Conversation = lazyPart(
  () => import("./conversation").then((part) => part.Conversation),
  () => <ConversationSkeleton />,
);
const NewTicket = lazyPart(() => import("./new-ticket"));
const CannedDialog = lazyPart(() => import("./canned-dialog"));

/** The ticket list, conversation and details side by side. A phone shows one of them at a time, with a back button. */
export function TicketsPage({ reader }: { reader: Reader }) {
  const filter = useTicketFilters(reader);
  const list = useTicketList(filter.filters);
  const [dialog, setDialog] = useState<"new" | "canned" | null>(null);
  const [drafts] = useState(() => createDrafts(Number(reader.user_id), () => localStorage));
  const [drafted, setDrafted] = useState<ReadonlySet<string>>(new Set());
  const onDraft = useCallback(() => setDrafted(new Set(drafts.ids())), [drafts]);
  useEffect(onDraft, [onDraft]);
  const { open } = filter;
  const { ticket } = filter.state;
  usePageKeys({
    j: () => moveFocus(1),
    k: () => moveFocus(-1),
    "/": () => document.getElementById("ticket-search")?.focus(),
    escape: () => ticket && open(null),
  });
  return (
    <div className="-mx-4 -my-5 sm:-mx-6 flex h-[calc(100dvh-5rem)] min-h-96">
      <section
        aria-label="Queue"
        className={cn(
          "w-full shrink-0 flex-col border-line bg-panel md:flex md:w-72 md:border-r lg:w-80",
          ticket ? "hidden" : "flex",
        )}
      >
        <Queue
          reader={reader}
          filter={filter}
          list={list}
          drafts={drafted}
          onNew={() => setDialog("new")}
          actions={reader.hasCanned ? <CannedButton onClick={() => setDialog("canned")} /> : null}
        />
      </section>
      <div className={cn("min-w-0 flex-1 md:flex", ticket ? "flex" : "hidden")}>
        {ticket ? (
          <Conversation
            key={ticket}
            ticketId={ticket}
            reader={reader}
            drafts={drafts}
            onDraft={onDraft}
            onOpen={open}
          />
        ) : (
          <NoTicketSelected staff={reader.staff} />
        )}
      </div>
      {dialog === "new" ? (
        <NewTicket
          onClose={() => setDialog(null)}
          onOpened={(ticketId) => {
            setDialog(null);
            open(ticketId);
          }}
        />
      ) : null}
      {dialog === "canned" ? <CannedDialog onClose={() => setDialog(null)} /> : null}
    </div>
  );
}

function CannedButton({ onClick }: { onClick: () => void }) {
  return (
    <Button size="sm" variant="ghost" onClick={onClick}>
      Canned replies
    </Button>
  );
}

function NoTicketSelected({ staff }: { staff: boolean }) {
  return (
    <EmptyState
      className="m-auto"
      icon={<MessagesSquare aria-hidden />}
      title="No ticket selected"
      description={
        staff
          ? "Select a ticket from the list to read it and reply."
          : "Select one of your tickets, or open a new one when you need help."
      }
    />
  );
}

/**
 * Moves the focus to the next or previous row of the list, starting at the open ticket or the first row. Enter then
 * opens it.
 */
function moveFocus(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-ticket]")];
  const focused = rows.indexOf(document.activeElement as HTMLElement);
  const from = focused >= 0 ? focused : rows.findIndex((row) => row.getAttribute("aria-current"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, from + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
