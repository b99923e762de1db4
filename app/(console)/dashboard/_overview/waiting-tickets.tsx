"use client";
import Link from "next/link";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { CalmNote } from "@/app/_ui/empty-state";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeFor } from "@/app/_ui/time";
import { useTicketList } from "@/lib/community/tickets/queries";

const SHOWN = 4;

/** The tickets that nobody has claimed, the last active first. */
export function WaitingTickets() {
  const query = useTicketList({ status: "open" }, { limit: SHOWN });
  const tickets = query.data?.pages[0]?.tickets.slice(0, SHOWN);
  return (
    <Card className="min-w-0">
      <CardHeader>
        <CardTitle>Waiting tickets</CardTitle>
        <Link
          href="/dashboard/tickets?status=open"
          prefetch={false}
          className="text-[13px] text-accent hover:underline"
        >
          See all
        </Link>
      </CardHeader>
      <QueryState
        query={query}
        data={tickets}
        failure="Tickets could not be loaded"
        loading={<SkeletonRows rows={1} columns={3} />}
        empty={<CalmNote>No tickets are waiting to be claimed.</CalmNote>}
      >
        {(all) => (
          <ul className="divide-y divide-line">
            {all.map((ticket) => (
              <li key={ticket.ticket_id} className="flex min-h-9 items-center gap-3 px-4 py-1 text-sm">
                <Link
                  href={`/dashboard/tickets?ticket=${encodeURIComponent(ticket.ticket_id)}`}
                  prefetch={false}
                  className="min-w-0 truncate py-0.5 font-medium hover:text-accent hover:underline"
                >
                  <bdi>{ticket.subject}</bdi>
                </Link>
                <span className="shrink-0 text-[13px] text-muted max-sm:hidden">{ticket.type}</span>
                <span className="ml-auto shrink-0 text-[13px] text-faint">
                  <span className="max-sm:hidden">waiting for </span>
                  <TimeFor at={ticket.created_at} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </QueryState>
    </Card>
  );
}
