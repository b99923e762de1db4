"use client";
import { Play, Square } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { CopyButton } from "@/app/_ui/code-block";
import { Input } from "@/app/_ui/input";
import { JsonEditor } from "@/app/_ui/json-editor";
import type { JsonEngine } from "@/app/_ui/json-engine";
import { parseJsonObject } from "@/app/_ui/json-text";
import { writeJson } from "@/lib/core/format/json";
import { Explorer } from "./explorer";
import { isSubscription, run } from "./run";

const START = `query {
  status {
    version
    uptime
    activeTasks
    memoryUsage
    cpuUsage
  }
}`;
/** Events of a subscription that stay on the page. */
const EVENTS_MAX = 200;

type Answer = { id: number; at: string; text: string };

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Card>
      <CardHeader>
        <CardTitle>{title}</CardTitle>
      </CardHeader>
      <div className="p-4">{children}</div>
    </Card>
  );
}

/** The playground of document 002: an editor, variables, a credential, what came back, and the schema. */
export function Playground({ initial }: { initial?: string }) {
  const [query, setQuery] = useState(initial ?? START);
  const [variables, setVariables] = useState("{}");
  const [token, setToken] = useState("");
  const [answers, setAnswers] = useState<Answer[]>([]);
  const [problem, setProblem] = useState<string>();
  const [running, setRunning] = useState<AbortController>();
  const place = useRef<HTMLDivElement>(null);
  const engine = useRef<JsonEngine | null>(null);
  const [ready, setReady] = useState(false);
  const count = useRef(0);
  const tokenId = useId();

  async function start() {
    running?.abort();
    const parsed = parseJsonObject(variables);
    if (!parsed.ok) return setProblem(`Variables: ${parsed.message}`);
    const gone = new AbortController();
    setRunning(gone);
    setProblem(undefined);
    setAnswers([]);
    const tell = (answer: unknown) => {
      const one = { id: count.current++, at: new Date().toLocaleTimeString(), text: writeJson(answer, 2) };
      setAnswers((before) => [one, ...before].slice(0, EVENTS_MAX));
    };
    try {
      await run({ query, variables: parsed.value, token: token.trim() }, tell, gone.signal);
    } catch (error) {
      if (!gone.signal.aborted) setProblem(`The server did not respond: ${(error as Error).message}`);
    } finally {
      setRunning((now) => (now === gone ? undefined : now));
    }
  }
  const latest = useRef({ query, start });
  latest.current = { query, start };

  useEffect(() => {
    let isGone = false;
    const openEngine = ({ openQueryEditor }: typeof import("./query-engine")) => {
      if (isGone || !place.current) return;
      engine.current = openQueryEditor(place.current, {
        text: latest.current.query,
        label: "GraphQL document",
        onChange: setQuery,
        onRun: () => void latest.current.start(),
      });
      setReady(true);
    };
    // Without the engine the textarea stays.
    import("./query-engine").then(openEngine, () => undefined);
    return () => {
      isGone = true;
      engine.current?.close();
      engine.current = null;
      setReady(false);
    };
  }, []);
  useEffect(() => {
    if (ready) engine.current?.show({ text: query, readOnly: false, badLine: null });
  }, [query, ready]);
  useEffect(() => () => running?.abort(), [running]);

  const isStream = isSubscription(query);
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,5fr)_minmax(0,4fr)]">
      <div className="space-y-4">
        <Panel title="Operation">
          <div className="relative overflow-hidden rounded-md border border-line-strong/60 bg-panel focus-within:outline-2 focus-within:outline-accent">
            <div ref={place} />
            {ready ? null : (
              <textarea
                aria-label="GraphQL document"
                className="block min-h-40 w-full resize-y bg-panel p-2 font-mono text-[13px] leading-5"
                value={query}
                onChange={(event) => setQuery(event.target.value)}
                spellCheck={false}
              />
            )}
          </div>
          <div className="mt-3 flex flex-wrap items-center gap-2">
            {running ? (
              <Button onClick={() => running.abort()}>
                <Square aria-hidden /> Stop
              </Button>
            ) : (
              <Button variant="primary" onClick={() => void start()}>
                <Play aria-hidden /> {isStream ? "Subscribe" : "Run"}
              </Button>
            )}
            <span className="text-faint text-xs">Ctrl or ⌘ with Enter</span>
          </div>
        </Panel>
        <Panel title="Variables and token">
          <JsonEditor value={variables} onChange={setVariables} label="Variables" />
          <label htmlFor={tokenId} className="mt-2 block text-sm">
            <span className="text-muted">Token (replaces your session)</span>
            <Input
              id={tokenId}
              type="password"
              autoComplete="off"
              className="mt-1 font-mono"
              placeholder="An API key or a JWT"
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          </label>
        </Panel>
      </div>
      <Panel title="Response">
        <div aria-live="polite" aria-busy={Boolean(running)}>
          {problem ? (
            <p className="text-bad text-sm" role="alert">
              {problem}
            </p>
          ) : null}
          {answers.length === 0 && !problem ? (
            <p className="text-muted text-sm">
              {running ? "Waiting for the server…" : "Run an operation to see what comes back."}
            </p>
          ) : null}
          {running && isStream && answers.length > 0 ? (
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
      </Panel>
      <Panel title="Schema">
        <Explorer
          onPick={(next, values) => {
            setQuery(next);
            setVariables(writeJson(values, 2));
          }}
        />
      </Panel>
    </div>
  );
}
