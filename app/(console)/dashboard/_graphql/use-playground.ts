"use client";
import { useEffect, useRef, useState } from "react";
import { parseJsonObject } from "@/app/_ui/json-text";
import { useTimeFormat } from "@/app/_ui/time-format";
import { toast } from "@/app/_ui/toast";
import { writeJson } from "@/lib/core/format/json";
import { run } from "./run";

const START = `query {
  status {
    version
    uptime
    activeTasks
    memoryUsage
    cpuUsage
  }
}`;
/** The number of events of a subscription that the page keeps. */
const EVENTS_MAX = 200;

export type Answer = { id: number; at: string; text: string };

/** The typed operation and its responses. A new run, or leaving the page, ends the run before. */
export function usePlayground(initial: string | undefined) {
  const [query, setQuery] = useState(initial ?? START);
  const [variables, setVariables] = useState("{}");
  const [token, setToken] = useState("");
  const [answers, setAnswers] = useState<Answer[]>([]);
  const [problem, setProblem] = useState<string>();
  const [running, setRunning] = useState<AbortController>();
  const count = useRef(0);
  /** The operation that the page itself put into the editor. Replacing it loses nothing that was typed. */
  const picked = useRef({ query: START, variables: "{}" });
  const { seconds } = useTimeFormat();
  useEffect(() => () => running?.abort(), [running]);

  async function start() {
    running?.abort();
    const parsed = parseJsonObject(variables);
    if (!parsed.ok) return setProblem(`Variables: ${parsed.message}`);
    const gone = new AbortController();
    setRunning(gone);
    setProblem(undefined);
    setAnswers([]);
    const show = (answer: unknown) => {
      const one = { id: count.current++, at: seconds(Date.now()), text: writeJson(answer, 2) };
      setAnswers((before) => [one, ...before].slice(0, EVENTS_MAX));
    };
    try {
      await run({ query, variables: parsed.value, token: token.trim() }, show, gone.signal);
    } catch (error) {
      if (!gone.signal.aborted) setProblem(`The server did not respond: ${(error as Error).message}`);
    } finally {
      setRunning((now) => (now === gone ? undefined : now));
    }
  }
  /** Puts another operation into the editors. The toast, or Ctrl+Z in each editor, brings the former one back. */
  function replace(next: string, values: Record<string, unknown>) {
    const text = writeJson(values, 2);
    setQuery(next);
    setVariables(text);
    const before = picked.current;
    picked.current = { query: next, variables: text };
    if (query === before.query && variables === before.variables) return;
    const undo = () => {
      setQuery(query);
      setVariables(variables);
    };
    toast("Replaced your operation and its variables", { action: { label: "Undo", onClick: undo } });
  }
  return {
    replace,
    ...{ query, setQuery, variables, setVariables, token, setToken, answers, problem },
    isRunning: running !== undefined,
    start: () => void start(),
    stop: () => running?.abort(),
  };
}
