"use client";
import { X } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Input, Select } from "@/app/_ui/input";
import { errorToast } from "@/app/_ui/toast";
import type { Priority, Ticket } from "@/lib/community/tickets/contract";
import { TAGS_MAX } from "@/lib/community/tickets/contract.constants";
import { useAssignees, useAssignTicket, useTicketOptions, useUpdateTicket } from "@/lib/community/tickets/queries";
import { Line } from "./context-line";
import { PRIORITIES } from "./filters";
import { type Reader, TicketStatusDot } from "./labels";

type TicketFieldsProps = { ticket: Ticket; reader: Reader; mayAssign: boolean };

/** The fields of a ticket that those who answer it can change in place. */
export function TicketFields({ ticket, reader, mayAssign }: TicketFieldsProps) {
  const update = useUpdateTicket();
  const { data: options } = useTicketOptions();
  const change = (part: { priority?: Priority; type?: string; tags?: string[] }) =>
    update.mutate(
      { id: ticket.ticket_id, ...part, ...(part.tags && { version: ticket.version }) },
      { onError: (error) => errorToast(error) },
    );
  const types = [...new Set([...(options?.types ?? []), ticket.type])];
  return (
    <section aria-label="Ticket" className="space-y-2">
      <Line label="Status">
        <TicketStatusDot status={ticket.status} />
      </Line>
      <Line label="Assignee">
        <Assignee ticket={ticket} reader={reader} disabled={!mayAssign} />
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
  );
}

function Assignee({ ticket, reader, disabled }: { ticket: Ticket; reader: Reader; disabled: boolean }) {
  const assign = useAssignTicket();
  const { data } = useAssignees(ticket);
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
