"use client";
import { ScrollText } from "lucide-react";
import Link from "next/link";
import { StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { TimeAgo } from "@/app/_ui/time";
import { useAlert } from "@/lib/operations/alerts/queries";
import { BotLink } from "../_shared/bot-link";
import { Fact, SidePanel } from "../_shared/side-panel";
import type { Reach } from "../_shared/use-reach";
import { Actions, type ChangeAlerts } from "./actions";
import { EVENTS, SeverityMark, STATES } from "./labels";

type Props = { id: string; reach: Reach; change: ChangeAlerts; onClose: () => void };

/** The details of one alert: its subject, and its history. */
export function AlertPanel({ id, reach, change, onClose }: Props) {
  const one = useAlert(id);
  return (
    <SidePanel open onClose={onClose} title={one.data?.alert.message ?? "Alert"}>
      <QueryState
        query={one}
        data={one.data}
        failure="The alert could not be loaded"
        loading={<SkeletonRows rows={6} columns={2} />}
      >
        {(data) => <Details data={data} reach={reach} change={change} />}
      </QueryState>
    </SidePanel>
  );
}

type DetailsProps = Pick<Props, "reach" | "change"> & { data: NonNullable<ReturnType<typeof useAlert>["data"]> };

function Details({ data, reach, change }: DetailsProps) {
  const team = reach.nameOf(data.alert.team_id);
  return (
    <>
      {data.alert.state !== "resolved" && reach.mayAct(data.alert) ? (
        <div className="flex flex-wrap gap-1.5">
          <Actions alerts={[data.alert.alert_id]} change={change} busy={false} />
        </div>
      ) : null}
      <p className="break-words text-sm">{data.alert.message}</p>
      <dl>
        <Fact label="Severity">
          <SeverityMark severity={data.alert.severity} />
        </Fact>
        <Fact label="State">
          <StatusDot status={STATES[data.alert.state].label} tone={STATES[data.alert.state].tone} />
        </Fact>
        <Fact label="Source">
          <bdi>{data.alert.source_name}</bdi>
        </Fact>
        {team ? (
          <Fact label="Team">
            <bdi>{team}</bdi>
          </Fact>
        ) : null}
        <Fact label="Since">
          <TimeAgo at={data.alert.timestamp} />
        </Fact>
      </dl>
      {data.alert.link ? (
        <Button asChild>
          <Link href={data.alert.link}>
            <ScrollText aria-hidden /> Show the lines it counted
          </Link>
        </Button>
      ) : null}
      {data.members.length > 0 ? (
        <section>
          <h3 className="mb-1 font-semibold text-sm">About</h3>
          <ul className="rounded-md border border-line">
            {data.members.map((member) => (
              <li
                key={member.subject}
                className="flex items-center gap-2 border-line border-b px-3 py-1.5 text-sm last:border-b-0"
              >
                <span className="min-w-0 flex-1 truncate">
                  {member.bot_id ? <BotLink id={member.bot_id} name={member.label} /> : member.label}
                </span>
                {member.count > 1 ? <span className="text-faint text-xs">occurred {member.count} times</span> : null}
                <StatusDot
                  status={member.resolved_at ? "recovered" : "firing"}
                  tone={member.resolved_at ? "ok" : "bad"}
                  className="text-xs"
                />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <section>
        <h3 className="mb-1 font-semibold text-sm">History</h3>
        <ol className="ml-1 border-line border-l">
          {data.events.map((event) => (
            <li key={`${event.timestamp} ${event.kind} ${event.detail}`} className="relative pb-3 pl-4 text-sm">
              <span className="absolute top-1.5 -left-[4.5px] size-2 rounded-full bg-line-strong" aria-hidden />
              <span className="font-medium">{EVENTS[event.kind]}</span>
              {event.by ? <span className="text-muted"> by {event.by}</span> : null}
              <TimeAgo at={event.timestamp} className="ml-2 text-faint text-xs" />
              {event.detail ? <p className="break-words text-[13px] text-muted">{event.detail}</p> : null}
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}
