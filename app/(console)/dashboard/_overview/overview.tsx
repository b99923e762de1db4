"use client";
import { Plus } from "lucide-react";
import Link from "next/link";
import { Button } from "@/app/_ui/button";
import { EmptyState, ErrorState } from "@/app/_ui/empty-state";
import { PageHeader } from "@/app/_ui/page-header";
import { errorText } from "@/lib/client/api";
import type { StatsOverview } from "@/lib/operations/stats/contract";
import { useOverview } from "@/lib/operations/stats/queries";
import { RecentCommands, RecentErrors } from "./recent";
import { Tiles } from "./tiles";
import { Trouble } from "./trouble";

/** The overview of the fleet, all of it live: totals, bots with problems, and the latest commands and errors. */
export function Overview({ initial }: { initial: StatsOverview }) {
  const { data, error, refetch } = useOverview(initial);
  if (error && !data) {
    return <ErrorState title="The overview could not be loaded" message={errorText(error)} onRetry={refetch} />;
  }
  const empty = data?.total_bots === 0;
  return (
    <>
      <PageHeader
        title="Overview"
        description="All bots you can see, updated live."
        actions={
          empty ? null : (
            <Button asChild variant="primary">
              <Link href="/dashboard/bots?new=1">
                <Plus aria-hidden /> New bot
              </Link>
            </Button>
          )
        }
      />
      {empty ? (
        <FirstRun />
      ) : (
        <div className="space-y-4">
          <Tiles stats={data} />
          <Trouble expected={data ? data.total_bots - data.online_bots : 0} />
          <div className="grid gap-4 xl:grid-cols-2">
            <RecentCommands />
            <RecentErrors />
          </div>
        </div>
      )}
    </>
  );
}

const STEPS = [
  ["Create a bot", "Name your bot and get a token that only this bot uses."],
  [
    "Connect it",
    "Run the code shown with the token (curl, TypeScript or Python). The bot turns green once it connects.",
  ],
  ["Send commands", "Send commands, follow logs and messages live, and change settings."],
] as const;

function FirstRun() {
  return (
    <section className="rounded-md border border-line bg-panel px-4 pt-2 pb-8">
      <EmptyState
        title="No bots yet"
        description="Create your first bot to see here which bots are online, which need attention, and what happened last."
        action={
          <Button asChild variant="primary">
            <Link href="/dashboard/bots?new=1">
              <Plus aria-hidden /> Create your first bot
            </Link>
          </Button>
        }
        docs={{ href: "/docs", label: "API documentation" }}
      />
      <ol className="mx-auto grid max-w-3xl gap-3 sm:grid-cols-3">
        {STEPS.map(([title, text], at) => (
          <li key={title} className="rounded-md border border-line p-3">
            <p className="tnum text-faint text-xs">Step {at + 1}</p>
            <p className="font-semibold text-sm">{title}</p>
            <p className="text-[13px] text-muted">{text}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
