"use client";
import { Play, Square } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { Input } from "@/app/_ui/input";
import { JsonEditor } from "@/app/_ui/json-editor";
import { Answers } from "./answers";
import { Explorer } from "./explorer";
import { QueryEditor } from "./query-editor";
import { isSubscription } from "./run";
import { usePlayground } from "./use-playground";

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

/** The GraphQL playground of document 002: an editor, variables, a credential, the responses, and the schema. */
export function Playground({ initial }: { initial?: string }) {
  const playground = usePlayground(initial);
  const { query, setQuery, variables, setVariables, token, setToken, replace, isRunning, start, stop } = playground;
  const tokenId = useId();
  const isStream = isSubscription(query);
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,5fr)_minmax(0,5fr)_minmax(0,4fr)]">
      <div className="space-y-4">
        <Panel title="Operation">
          <QueryEditor query={query} onQuery={setQuery} onRun={start} />
          <div className="mt-3 flex flex-wrap items-center gap-2">
            {isRunning ? (
              <Button onClick={stop}>
                <Square aria-hidden /> Stop
              </Button>
            ) : (
              <Button variant="primary" onClick={start}>
                <Play aria-hidden /> {isStream ? "Subscribe" : "Run"}
              </Button>
            )}
            <span className="text-faint text-xs">Ctrl+Enter (⌘+Enter on a Mac) runs it</span>
          </div>
        </Panel>
        <Panel title="Variables (JSON) and token">
          <JsonEditor value={variables} onChange={setVariables} label="Variables" />
          <label htmlFor={tokenId} className="mt-2 block text-sm">
            <span className="text-muted">Token (used instead of your sign-in)</span>
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
        <Answers answers={playground.answers} problem={playground.problem} isRunning={isRunning} isStream={isStream} />
      </Panel>
      <Panel title="Schema: pick a field to start a new operation">
        <Explorer onPick={replace} />
      </Panel>
    </div>
  );
}
