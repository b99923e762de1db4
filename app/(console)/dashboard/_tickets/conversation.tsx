"use client";
import { ArrowLeft, Eye, Info, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { EmptyState, ErrorState, StaleNote } from "@/app/_ui/empty-state";
import { toast } from "@/app/_ui/toast";
import { ApiError, errorText } from "@/lib/client/api";
import type { TicketDetail } from "@/lib/community/tickets/contract";
import { ATTACHMENTS_PER_MESSAGE } from "@/lib/community/tickets/contract.constants";
import { useFiles, useOutbox } from "@/lib/community/tickets/conversation/queries.outbox";
import { useTicket, useTicketOptions } from "@/lib/community/tickets/queries";
import { useTicketRoom } from "@/lib/community/tickets/queries.live";
import { SidePanel } from "../_shared/side-panel";
import { Composer, type ComposerHandle } from "./composer";
import { TicketContext } from "./context";
import { ConversationSkeleton } from "./conversation-skeleton";
import type { Drafts } from "./drafts";
import { namesText, PriorityMark, type Reader, TicketStatusDot } from "./labels";
import { MessageList } from "./message-list";
import { TicketDialogs } from "./ticket-dialogs";
import { TicketMenu } from "./ticket-menu";
import { type TicketActions, useTicketActions } from "./use-actions";
import { useDrop } from "./use-drop";
import { useTicketKeys } from "./use-keys";

type ConversationProps = {
  ticketId: string;
  reader: Reader;
  drafts: Drafts;
  onDraft: () => void;
  onOpen: (ticketId: string | null) => void;
};

/** The middle and the right pane: a ticket's conversation, and for staff what stands around it. */
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
                : "It may have been deleted, or you may not have access. Only staff and the person who opened a ticket can see it."
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
  back: React.ReactNode;
  stale: { message: string; retry: () => void } | null;
};

function Loaded({ ticket, room, back, stale, ticketId, reader, drafts, onDraft, onOpen }: LoadedProps) {
  const { data: options } = useTicketOptions();
  const rules = options?.attachments;
  const outbox = useOutbox(ticketId);
  const files = useFiles(ticketId, rules);
  const actions = useTicketActions(ticket, reader);
  const composer = useRef<ComposerHandle>(null);
  const [details, setDetails] = useState(false);
  const drop = useDrop(ticket.status !== "closed", (chosen) => {
    const left = files.add(chosen);
    if (left > 0)
      toast.error(
        `${left} ${left === 1 ? "file was" : "files were"} not added: a message can carry at most ${ATTACHMENTS_PER_MESSAGE}`,
      );
  });
  useTicketKeys({
    c: actions.claim,
    a: () => actions.can.assign && actions.setDialog("assign"),
    e: actions.close,
    r: () => composer.current?.focus(false),
    n: () => composer.current?.focus(reader.staff),
  });
  const around = (
    <TicketContext
      ticket={ticket}
      reader={reader}
      actions={actions}
      onOpen={onOpen}
      onInsert={(reply) => {
        setDetails(false);
        composer.current?.insert(reply);
      }}
    />
  );
  const others = room.viewers.map((one) => one.user_name);
  return (
    <>
      <section
        aria-label={`Ticket #${ticket.ticket_num}`}
        className="relative flex min-w-0 flex-1 flex-col"
        {...drop.props}
      >
        <header className="flex h-13 shrink-0 items-center gap-2 border-line border-b bg-panel px-2 sm:px-4">
          {back}
          <div className="min-w-0 flex-1">
            <h2 className="truncate font-semibold text-sm" title={ticket.subject}>
              {ticket.subject}
            </h2>
            <p className="flex min-w-0 items-center gap-2 overflow-hidden whitespace-nowrap text-faint text-xs">
              <span className="tnum">#{ticket.ticket_num}</span>
              <TicketStatusDot status={ticket.status} />
              <PriorityMark priority={ticket.priority} />
              {ticket.assigned_name ? (
                <span className="truncate">
                  {ticket.assigned_to === reader.user_id ? "yours" : `with ${ticket.assigned_name}`}
                </span>
              ) : null}
              {others.length > 0 ? (
                <span className="inline-flex min-w-0 items-center gap-1 text-info" role="status">
                  <Eye className="size-3.5 shrink-0" aria-hidden />
                  <span className="truncate">
                    {namesText(others)} {others.length === 1 ? "is" : "are"} viewing
                  </span>
                </span>
              ) : null}
            </p>
          </div>
          <TicketMenu ticket={ticket} reader={reader} actions={actions} />
          {reader.staff ? (
            <Button
              size="sm"
              variant="ghost"
              icon
              aria-label="Ticket details"
              className="xl:hidden"
              onClick={() => setDetails(true)}
            >
              <Info />
            </Button>
          ) : null}
        </header>
        {stale ? <StaleNote message={stale.message} onRetry={stale.retry} /> : null}
        <MessageList
          ticket={ticket}
          reader={reader}
          outgoing={outbox.outgoing}
          onRetry={(one) => void outbox.retry(one)}
          onDiscard={outbox.drop}
          foot={<Typing names={room.typing} />}
        />
        {ticket.status === "closed" ? (
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
        {drop.over ? (
          <div className="pointer-events-none absolute inset-2 z-20 grid place-items-center rounded-md border-2 border-accent border-dashed bg-accent-soft/90 font-medium text-accent">
            <p className="flex items-center gap-2">
              <Upload className="size-5" aria-hidden /> Drop files to attach them
            </p>
          </div>
        ) : null}
      </section>
      {reader.staff ? (
        <>
          <aside
            aria-label="Ticket details"
            className="hidden w-72 shrink-0 overflow-y-auto border-line border-l bg-panel p-4 xl:block 2xl:w-80"
          >
            {around}
          </aside>
          <SidePanel open={details} onClose={() => setDetails(false)} title={`Ticket #${ticket.ticket_num}`}>
            {around}
          </SidePanel>
        </>
      ) : null}
      <TicketDialogs ticket={ticket} reader={reader} actions={actions} onOpen={onOpen} />
    </>
  );
}

/** Its height is there before anybody types: nothing moves. */
function Typing({ names }: { names: readonly string[] }) {
  return (
    <p role="status" className="mt-1 h-5 truncate text-[13px] text-faint">
      {names.length > 0 ? `${namesText(names)} ${names.length === 1 ? "is" : "are"} typing…` : ""}
    </p>
  );
}

type ClosedBarProps = { ticket: TicketDetail; actions: TicketActions; onOpen: (ticketId: string) => void };

function ClosedBar({ ticket, actions, onOpen }: ClosedBarProps) {
  const { merged_into: target } = ticket;
  return (
    <div className="flex min-h-12 flex-wrap items-center justify-between gap-2 border-line border-t bg-panel px-4 py-2 text-sm">
      <p className="min-w-0 text-muted">
        {target
          ? "This ticket was merged. The conversation continues in another ticket."
          : `Closed${ticket.closed_by ? ` by ${ticket.closed_by}` : ""}${ticket.close_reason ? `: ${ticket.close_reason}` : "."}`}
      </p>
      {target ? (
        <Button size="sm" onClick={() => onOpen(target)}>
          Open merged ticket
        </Button>
      ) : actions.can.reopen ? (
        <Button size="sm" loading={actions.busy} onClick={actions.reopen}>
          Reopen ({ticket.reopens_left} left)
        </Button>
      ) : (
        <span className="text-[13px] text-faint">This ticket cannot be reopened.</span>
      )}
    </div>
  );
}
