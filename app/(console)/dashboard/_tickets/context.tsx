"use client";
import { MessageSquareQuote, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { CopyButton } from "@/app/_ui/code-block";
import { Input, Select } from "@/app/_ui/input";
import { Skeleton } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast } from "@/app/_ui/toast";
import type { Priority, Ticket } from "@/lib/community/tickets/contract";
import { TAGS_MAX } from "@/lib/community/tickets/contract.constants";
import type { CannedReply } from "@/lib/community/tickets/desk/contract";
import {
  useAssignees,
  useAssignTicket,
  useCannedReplies,
  useTicketList,
  useTicketOptions,
  useUpdateTicket,
} from "@/lib/community/tickets/queries";
import { useBotNames } from "@/lib/fleet/bots/queries";
import { BotLink } from "../_shared/bot-link";
import { PRIORITIES } from "./filters";
import { Initials, type Reader, TicketStatusDot } from "./labels";
import type { TicketActions } from "./use-actions";

type ContextProps = {
  ticket: Ticket;
  reader: Reader;
  actions: TicketActions;
  onOpen: (ticketId: string) => void;
  onInsert: (reply: CannedReply) => void;
};

/** The panel beside a conversation: the requester, the ticket's state, their other tickets and canned replies. */
export function TicketContext({ ticket, reader, actions, onOpen, onInsert }: ContextProps) {
  const update = useUpdateTicket();
  const { data: options } = useTicketOptions();
  const change = (part: { priority?: Priority; type?: string; tags?: string[] }) =>
    update.mutate(
      { id: ticket.ticket_id, ...part, ...(part.tags && { version: ticket.version }) },
      { onError: (error) => errorToast(error) },
    );
  const types = [...new Set([...(options?.types ?? []), ticket.type])];
  return (
    <div className="space-y-5">
      <section aria-label="Requester" className="flex items-center gap-2.5">
        <Initials name={ticket.user_name} className="size-9" />
        <div className="min-w-0">
          <p className="truncate font-medium text-sm">{ticket.user_name}</p>
          <p className="truncate text-[13px] text-faint">
            {ticket.owner === null ? "no account on this server" : `account ${ticket.owner}`}
            {ticket.user_id && ticket.owner === null ? <span className="font-mono"> · {ticket.user_id}</span> : null}
          </p>
        </div>
      </section>
      <section aria-label="Ticket" className="space-y-2">
        <Line label="Status">
          <TicketStatusDot status={ticket.status} />
        </Line>
        <Line label="Assignee">
          <Assignee ticket={ticket} reader={reader} disabled={!actions.can.assign} />
        </Line>
        <Line label="Priority">
          <Select
            aria-label="Priority of this ticket"
            value={ticket.priority ?? "normal"}
            onChange={(event) => change({ priority: event.target.value as Priority })}
          >
            {PRIORITIES.map((priority) => (
              <option key={priority}>{priority}</option>
            ))}
          </Select>
        </Line>
        <Line label="Type">
          <Select
            aria-label="Type of this ticket"
            value={ticket.type}
            onChange={(event) => change({ type: event.target.value })}
          >
            {types.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </Select>
        </Line>
        <Line label="Tags">
          <Tags tags={ticket.tags ?? []} onChange={(tags) => change({ tags })} />
        </Line>
      </section>
      <section aria-label="Details" className="space-y-1.5">
        <Line label="Opened">
          <TimeAgo at={ticket.created_at} />
        </Line>
        {ticket.claimed_at ? (
          <Line label="Claimed">
            <TimeAgo at={ticket.claimed_at} />
          </Line>
        ) : null}
        {ticket.closed_at ? (
          <Line label="Closed">
            <TimeAgo at={ticket.closed_at} /> by {ticket.closed_by ?? "Muster"}
          </Line>
        ) : null}
        {ticket.close_reason ? <Line label="Reason">{ticket.close_reason}</Line> : null}
        {ticket.bot_id ? (
          <Line label="Bot">
            <Carrier botId={ticket.bot_id} />
          </Line>
        ) : null}
        {ticket.channel_id ? (
          <Line label="Channel">
            <span className="font-mono text-[13px]">{ticket.channel_id}</span>
          </Line>
        ) : null}
        <Line label="ID">
          <span className="flex min-w-0 items-center">
            <span className="min-w-0 truncate font-mono text-[13px]">{ticket.ticket_id}</span>
            <CopyButton text={ticket.ticket_id} label="Copy ID" className="-my-1" />
          </span>
        </Line>
      </section>
      <OtherTickets ticket={ticket} onOpen={onOpen} />
      <Canned onInsert={actions.can.close ? onInsert : null} onManage={() => actions.setDialog("canned")} />
    </div>
  );
}

function Carrier({ botId }: { botId: string }) {
  const names = useBotNames([botId]);
  return <BotLink id={botId} name={names.get(botId)} />;
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-6 items-center gap-2 text-sm">
      <span className="w-17 shrink-0 text-[13px] text-muted">{label}</span>
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">{children}</span>
    </div>
  );
}

function Heading({ children, aside }: { children: ReactNode; aside?: ReactNode }) {
  return (
    <div className="mb-1 flex min-h-7 items-center justify-between gap-2">
      <h3 className="font-medium text-[13px]">{children}</h3>
      {aside}
    </div>
  );
}

function Assignee({ ticket, reader, disabled }: { ticket: Ticket; reader: Reader; disabled: boolean }) {
  const assign = useAssignTicket();
  const { data } = useAssignees(true);
  const people = data?.assignees ?? [];
  const known = people.some((one) => one.user_id === ticket.assigned_to);
  return (
    <Select
      aria-label="Assignee of this ticket"
      disabled={disabled || assign.isPending}
      value={ticket.assigned_to ?? ""}
      onChange={(event) =>
        assign.mutate(
          { id: ticket.ticket_id, user_id: event.target.value || null },
          { onError: (error) => errorToast(error) },
        )
      }
    >
      <option value="">Unassigned</option>
      {ticket.assigned_to && !known ? <option value={ticket.assigned_to}>{ticket.assigned_name}</option> : null}
      {people.map((one) => (
        <option key={one.user_id} value={one.user_id}>
          {one.username}
          {one.user_id === reader.user_id ? " (you)" : ""}
        </option>
      ))}
    </Select>
  );
}

function Tags({ tags, onChange }: { tags: string[]; onChange: (tags: string[]) => void }) {
  const [text, setText] = useState("");
  const add = () => {
    const tag = text.trim().replace(/,+$/, "");
    setText("");
    if (tag && !tags.includes(tag)) onChange([...tags, tag]);
  };
  return (
    <span className="flex flex-wrap items-center gap-1">
      {tags.map((tag) => (
        <Badge key={tag} className="max-w-full pr-0.5">
          <span className="truncate">{tag}</span>
          <button
            type="button"
            aria-label={`Remove tag ${tag}`}
            onClick={() => onChange(tags.filter((one) => one !== tag))}
            className="grid size-4 place-items-center rounded hover:bg-line"
          >
            <X className="size-3" aria-hidden />
          </button>
        </Badge>
      ))}
      {tags.length < TAGS_MAX ? (
        <Input
          aria-label="Add a tag"
          placeholder="Add a tag"
          maxLength={32}
          className="h-7 min-w-20 flex-1 px-1.5 text-[13px]"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key !== "Enter" && event.key !== ",") return;
            event.preventDefault();
            add();
          }}
        />
      ) : null}
    </span>
  );
}

function OtherTickets({ ticket, onOpen }: { ticket: Ticket; onOpen: (ticketId: string) => void }) {
  const list = useTicketList(
    { user_id: ticket.user_id ?? undefined, bot_id: ticket.bot_id ?? undefined, status: "all" },
    { limit: 10, enabled: ticket.user_id !== null },
  );
  const others = (list.data?.pages[0]?.tickets ?? []).filter((one) => one.ticket_id !== ticket.ticket_id);
  return (
    <section aria-label="Other tickets">
      <Heading>
        Other tickets from <bdi>{ticket.user_name}</bdi>
      </Heading>
      {list.isPending && ticket.user_id !== null ? (
        <Skeleton className="h-8" />
      ) : list.error ? (
        <p className="text-[13px] text-muted">
          Other tickets could not be loaded.{" "}
          <button type="button" className="text-accent hover:underline" onClick={() => void list.refetch()}>
            Try again
          </button>
        </p>
      ) : others.length === 0 ? (
        <p className="text-[13px] text-faint">No other tickets.</p>
      ) : (
        <ul className="rounded-md border border-line">
          {others.map((one) => (
            <li key={one.ticket_id} className="border-line border-b last:border-b-0">
              <button
                type="button"
                onClick={() => onOpen(one.ticket_id)}
                className="-outline-offset-2 flex h-8 w-full items-center gap-2 px-2 text-left text-[13px] hover:bg-raised"
              >
                <span className="tnum text-faint">#{one.ticket_num}</span>
                <span className="min-w-0 flex-1 truncate">{one.subject}</span>
                <TicketStatusDot status={one.status} className="text-xs" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Canned({ onInsert, onManage }: { onInsert: ((reply: CannedReply) => void) | null; onManage: () => void }) {
  const { data } = useCannedReplies(true);
  const replies = data?.replies ?? [];
  return (
    <section aria-label="Canned replies">
      <Heading
        aside={
          <Button size="sm" variant="ghost" onClick={onManage}>
            Manage
          </Button>
        }
      >
        Canned replies
      </Heading>
      {data && replies.length === 0 ? (
        <p className="flex gap-1.5 text-[13px] text-faint">
          <MessageSquareQuote className="mt-0.5 size-4 shrink-0" aria-hidden /> No canned replies yet. Save an answer
          you give often, then insert it by typing / in a reply.
        </p>
      ) : (
        <ul className="flex flex-wrap gap-1">
          {replies.slice(0, 12).map((reply) => (
            <li key={reply.reply_id}>
              <button
                type="button"
                title={reply.content}
                disabled={!onInsert}
                onClick={() => onInsert?.(reply)}
                className="h-6 rounded-md border border-line px-1.5 font-mono text-[13px] text-muted hover:bg-raised hover:text-text disabled:opacity-50"
              >
                /{reply.shortcut}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
