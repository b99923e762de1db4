"use client";
import { CopyButton } from "@/app/_ui/code-block";
import { TimeAgo } from "@/app/_ui/time";
import type { Ticket } from "@/lib/community/tickets/contract";
import type { CannedReply } from "@/lib/community/tickets/desk/contract";
import { useBotNames } from "@/lib/fleet/bots/queries.names";
import { BotLink } from "../_shared/bot-link";
import { CannedReplies } from "./canned-replies";
import { TicketFields } from "./context-fields";
import { Line } from "./context-line";
import { Initials, type Reader } from "./labels";
import { OtherTickets } from "./other-tickets";
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
  return (
    <div className="space-y-5">
      <Requester ticket={ticket} />
      <TicketFields ticket={ticket} reader={reader} mayAssign={actions.can.assign} />
      <Details ticket={ticket} />
      <OtherTickets ticket={ticket} onOpen={onOpen} />
      {reader.hasCanned ? (
        <CannedReplies onInsert={actions.can.close ? onInsert : null} onManage={() => actions.setDialog("canned")} />
      ) : null}
    </div>
  );
}

function Requester({ ticket }: { ticket: Ticket }) {
  return (
    <section aria-label="Requester" className="flex items-center gap-2.5">
      <Initials name={ticket.user_name} className="size-9" />
      <div className="min-w-0">
        <p className="truncate font-medium text-sm">{ticket.user_name}</p>
        <p className="truncate text-[13px] text-faint">
          {ticket.owner === null ? "no account on this server" : `Account ID ${ticket.owner}`}
          {ticket.user_id && ticket.owner === null ? <span className="font-mono"> · {ticket.user_id}</span> : null}
        </p>
      </div>
    </section>
  );
}

function Details({ ticket }: { ticket: Ticket }) {
  return (
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
  );
}

function Carrier({ botId }: { botId: string }) {
  const names = useBotNames([botId]);
  return <BotLink id={botId} name={names.get(botId)} />;
}
