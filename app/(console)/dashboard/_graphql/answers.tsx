"use client";
import { CopyButton } from "@/app/_ui/code-block";
import type { Answer } from "./use-playground";

type AnswersProps = {
  /** The newest first. */
  answers: readonly Answer[];
  problem: string | undefined;
  isRunning: boolean;
  isStream: boolean;
};

/** Shows the response to an operation, or the events of a subscription. */
export function Answers({ answers, problem, isRunning, isStream }: AnswersProps) {
  return (
    <div aria-live="polite" aria-busy={isRunning}>
      {problem ? (
        <p className="text-bad text-sm" role="alert">
          {problem}
        </p>
      ) : null}
      {answers.length === 0 && !problem ? (
        <p className="text-muted text-sm">
          {isRunning ? "Waiting for the server…" : "Run an operation to see its response."}
        </p>
      ) : null}
      {isRunning && isStream && answers.length > 0 ? (
        <p className="mb-2 text-muted text-sm">Subscribed. Newest events first.</p>
      ) : null}
      <ol className="space-y-3">
        {answers.map(({ id, at, text }) => (
          <li key={id}>
            <div className="flex items-center justify-between text-faint text-xs">
              <span className="tnum">{at}</span>
              <CopyButton text={text} />
            </div>
            <pre className="max-h-[36rem] overflow-auto whitespace-pre-wrap break-words rounded-md bg-raised p-2 font-mono text-[13px] leading-5">
              {text}
            </pre>
          </li>
        ))}
      </ol>
    </div>
  );
}
