"use client";
import { useEffect, useRef, useState } from "react";
import type { JsonEngine } from "@/app/_ui/json-engine";

type QueryEditorProps = { query: string; onQuery: (query: string) => void; onRun: () => void };

/**
 * Edits a GraphQL document. A plain textarea is shown until the editor's code has loaded, and stays if loading fails.
 */
export function QueryEditor({ query, onQuery, onRun }: QueryEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const engine = useRef<JsonEngine | null>(null);
  const [ready, setReady] = useState(false);
  const latest = useRef({ query, onQuery, onRun });
  latest.current = { query, onQuery, onRun };
  useEffect(() => {
    let isGone = false;
    const openEngine = ({ openQueryEditor }: typeof import("./query-engine")) => {
      if (isGone || !place.current) return;
      engine.current = openQueryEditor(place.current, {
        text: latest.current.query,
        label: "GraphQL document",
        onChange: (text) => latest.current.onQuery(text),
        onRun: () => latest.current.onRun(),
      });
      setReady(true);
    };
    // If the editor's code cannot be loaded, the textarea stays.
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
  return (
    <div className="relative overflow-hidden rounded-md border border-line-strong/60 bg-panel focus-within:outline-2 focus-within:outline-accent">
      <div ref={place} />
      {ready ? null : (
        <textarea
          aria-label="GraphQL document"
          className="block min-h-40 w-full resize-y bg-panel p-2 font-mono text-[13px] leading-5"
          value={query}
          onChange={(event) => onQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            onRun();
          }}
          spellCheck={false}
        />
      )}
    </div>
  );
}
