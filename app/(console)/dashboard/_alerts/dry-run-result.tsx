"use client";
import { TimeAgo } from "@/app/_ui/time";
import type { DryRun } from "@/lib/operations/alerts/rules/contract";

/** Shows when the rule would have fired in the last 24 hours. */
export function DryRunResult({ result, unseen }: { result: DryRun; unseen?: string }) {
  const { total, firings, complete, from, to } = result;
  const times = total === 1 ? "once" : `${total} times`;
  return (
    <section aria-label="Dry run" role="status" className="mt-4 rounded-md border border-line bg-raised/50 p-3 text-sm">
      {from === to ? (
        <p className="font-medium">No data yet for this dry run. Try again in a few minutes.</p>
      ) : (
        <p className="font-medium">
          {complete ? "In the last 24 hours" : "Since recording began"} this rule would{" "}
          {total === 0 ? "not have fired." : `have fired ${times}.`}
        </p>
      )}
      {complete || from === to ? null : (
        <p className="text-[13px] text-warn">
          Data covers less than 24 hours: recording began <TimeAgo at={from} />.
        </p>
      )}
      {unseen ? <p className="text-[13px] text-muted">{unseen}</p> : null}
      <ul className="mt-1 space-y-0.5 text-[13px] text-muted">
        {[...firings]
          .reverse()
          .slice(0, 10)
          .map((one) => (
            <li key={one.at} className="flex flex-wrap gap-x-2">
              <TimeAgo at={one.at} className="whitespace-nowrap text-text" />
              <span className="min-w-0 truncate">
                {one.labels.slice(0, 3).join(", ")}
                {one.count > 3 ? ` and ${one.count - 3} more` : ""}
              </span>
              <span>{one.until ? "recovered" : "still firing"}</span>
            </li>
          ))}
      </ul>
    </section>
  );
}
