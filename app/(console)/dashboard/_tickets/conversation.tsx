"use client";
import { ArrowLeft, Upload } from "lucide-react";
import { type ReactNode, useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { EmptyState, ErrorState, StaleNote } from "@/app/_ui/empty-state";
import { usePageKeys } from "@/app/_ui/use-page-keys";
import { ApiError, errorText } from "@/lib/client/api";
import type { TicketDetail } from "@/lib/community/tickets/contract";
import { useFiles, useOutbox } from "@/lib/community/tickets/conversation/queries.outbox";
import type { CannedReply } from "@/lib/community/tickets/desk/contract";
import { useTicket, useTicketOptions } from "@/lib/community/tickets/queries";
import { useTicketRoom } from "@/lib/community/tickets/queries.live";
import { namesText } from "../_shared/names-text";
import { SidePanel } from "../_shared/side-panel";
import { addFiles } from "./add-files";
import { ClosedBar } from "./closed-bar";
import { Composer, type ComposerHandle } from "./composer";
import { TicketContext } from "./context";
import { ConversationHeader } from "./conversation-header";
import { ConversationSkeleton } from "./conversation-skeleton";
import type { Drafts } from "./drafts";
import { NAMES_SHOWN, type Reader } from "./labels";
import { MessageList } from "./message-list";
import { TicketDialogs } from "./ticket-dialogs";
import { useTicketActions } from "./use-actions";
import { useDrop } from "./use-drop";

type ConversationProps = {
  ticketId: string;
  reader: Reader;
  drafts: Drafts;
  onDraft: () => void;
  onOpen: (ticketId: string | null) => void;
};

/** The middle and right panes: a ticket's conversation and, for those who answer it, its details. */
export function Conversation(props: ConversationProps) {
  const { ticketId, reader, onOpen } = props;
  const { data, error, refetch, isPending } = useTicket(ticketId);
  const room = useTicketRoom(ticketId, reader.user_id);
  const back = (
    <Button
      size="sm"
      variant="ghost"
      icon
      aria-label="Back to the list"
      className="md:hidden"
      onClick={() => onOpen(null)}
    >
      <ArrowLeft />
    </Button>
  );
  const missing = room.gone || (error instanceof ApiError && (error.status === 404 || error.status === 403));
  if (missing || (error && !data)) {
    return (
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="flex h-12 shrink-0 items-center border-line border-b px-2 md:hidden">{back}</div>
        {missing ? (
          <EmptyState
            title={room.gone ? "This ticket was deleted" : "Ticket not found"}
            description={
              room.gone
                ? "Its messages and files were deleted too."
                : "It may have been deleted, or you may not have access. A ticket is visible to staff, to the person who opened it and, if a bot opened it, to the operators of that bot."
            }
            action={<Button onClick={() => onOpen(null)}>Back to the list</Button>}
          />
        ) : (
          <ErrorState
            title="The ticket could not be loaded"
            message={errorText(error)}
            onRetry={() => void refetch()}
          />
        )}
      </div>
    );
  }
  if (isPending || !data) return <ConversationSkeleton back={back} />;
  return (
    <Loaded
      {...props}
      ticket={data}
      room={room}
      back={back}
      stale={error ? { message: errorText(error), retry: () => void refetch() } : null}
    />
  );
}

type LoadedProps = ConversationProps & {
  ticket: TicketDetail;
  room: ReturnType<typeof useTicketRoom>;
  back: ReactNode;
  stale: { message: string; retry: () => void } | null;
};

function Loaded({ ticket, room, back, stale, ticketId, reader: viewer, drafts, onDraft, onOpen }: LoadedProps) {
  // Only those who answer a ticket get its priority.
  const reader = { ...viewer, staff: viewer.staff || ticket.priority !== undefined };
  const { data: options } = useTicketOptions();
  const rules = options?.attachments;
  const outbox = useOutbox(ticketId);
  const files = useFiles(ticketId, rules);
  const actions = useTicketActions(ticket, reader);
  const composer = useRef<ComposerHandle>(null);
  const [details, setDetails] = useState(false);
  const isClosed = ticket.status === "closed";
  const drop = useDrop(!isClosed, (chosen) => addFiles(files, chosen));
  usePageKeys({
    c: actions.claim,
    a: () => actions.can.assign && actions.setDialog("assign"),
    e: actions.close,
    r: () => composer.current?.focus(false),
    n: () => composer.current?.focus(reader.staff),
  });
  const insert = (reply: CannedReply) => {
    setDetails(false);
    composer.current?.insert(reply);
  };
  return (
    <>
      <section
        aria-label={`Ticket #${ticket.ticket_num}`}
        className="relative flex min-w-0 flex-1 flex-col"
        {...drop.props}
      >
        <ConversationHeader
          ticket={ticket}
          reader={reader}
          actions={actions}
          viewers={room.viewers.map((one) => one.user_name)}
          back={back}
          onDetails={() => setDetails(true)}
        />
        {stale ? <StaleNote message={stale.message} onRetry={stale.retry} /> : null}
        <MessageList
          ticket={ticket}
          reader={reader}
          outgoing={outbox.outgoing}
          onRetry={(one) => void outbox.retry(one)}
          onDiscard={outbox.drop}
          foot={<Typing names={room.typing} />}
        />
        {isClosed ? (
          <ClosedBar ticket={ticket} actions={actions} onOpen={onOpen} />
        ) : (
          <Composer
            ref={composer}
            ticket={ticket}
            reader={reader}
            drafts={drafts}
            onDraft={onDraft}
            files={files}
            accept={rules?.content_types ?? []}
            onSend={outbox.send}
          />
        )}
        {drop.over ? <DropHint /> : null}
      </section>
      {reader.staff ? (
        <ContextPane title={`Ticket #${ticket.ticket_num}`} open={details} onClose={() => setDetails(false)}>
          <TicketContext ticket={ticket} reader={reader} actions={actions} onOpen={onOpen} onInsert={insert} />
        </ContextPane>
      ) : null}
      <TicketDialogs ticket={ticket} reader={reader} actions={actions} onOpen={onOpen} />
    </>
  );
}

type ContextPaneProps = { title: string; open: boolean; onClose: () => void; children: ReactNode };

/** The right pane. On narrower screens it opens as a panel over the conversation. */
function ContextPane({ title, open, onClose, children }: ContextPaneProps) {
  return (
    <>
      <aside
        aria-label="Ticket details"
        className="hidden w-72 shrink-0 overflow-y-auto border-line border-l bg-panel p-4 xl:block 2xl:w-80"
      >
        {children}
      </aside>
      <SidePanel open={open} onClose={onClose} title={title}>
        {children}
      </SidePanel>
    </>
  );
}

function DropHint() {
  return (
    <div className="pointer-events-none absolute inset-2 z-20 grid place-items-center rounded-md border-2 border-accent border-dashed bg-accent-soft/90 font-medium text-accent">
      <p className="flex items-center gap-2">
        <Upload className="size-5" aria-hidden /> Drop files to attach them
      </p>
    </div>
  );
}

/** Its height is reserved even when nobody types, so that the page does not move. */
function Typing({ names }: { names: readonly string[] }) {
  return (
    <p role="status" className="mt-1 h-5 truncate text-[13px] text-faint">
      {names.length > 0 ? `${namesText(names, NAMES_SHOWN)} ${names.length === 1 ? "is" : "are"} typing…` : ""}
    </p>
  );
}
