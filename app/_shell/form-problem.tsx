"use client";
import { CircleAlert } from "lucide-react";
import { spanText } from "./use-contract-form";

/** The error of the form as a whole; after a rate limit it counts down the seconds left. */
export function FormProblem({ problem, waitSeconds = 0 }: { problem?: string; waitSeconds?: number }) {
  if (!problem) return null;
  return (
    <div role="alert" className="flex gap-2 rounded-md bg-bad-soft px-3 py-2 text-[13px] text-bad">
      <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden />
      <p>
        {problem}
        {waitSeconds > 0 ? (
          // The countdown changes twice a second; screen readers announce only the first value.
          <span aria-live="off" className="tnum">
            {" "}
            You can try again in {spanText(waitSeconds)}.
          </span>
        ) : null}
      </p>
    </div>
  );
}
