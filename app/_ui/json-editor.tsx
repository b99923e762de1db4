"use client";
import { useEffect, useId, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { writeJson } from "@/lib/core/format/json";
import { Button } from "./button";
import { cn } from "./cn";
import type { JsonEngine } from "./json-engine";
import { parseJsonObject } from "./json-text";

type JsonEditorProps = {
  /** The text as typed; it need not be valid JSON. */
  value: string;
  onChange: (text: string) => void;
  /** Names the editor for screen readers. */
  label: string;
  readOnly?: boolean;
  /** An error from elsewhere (the server, say), shown when the text itself is a valid object. */
  error?: string;
  className?: string;
};

/**
 * An editor for one JSON object: highlighting, bracket matching, undo, and an error message with its line below. The
 * editing engine is loaded when the editor first shows; until then a plain textarea holds the text.
 */
export function JsonEditor({ value, onChange, label, readOnly = false, error, className }: JsonEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const engine = useRef<JsonEngine | null>(null);
  const latest = useRef({ value, onChange, label });
  latest.current = { value, onChange, label };
  const [ready, setReady] = useState(false);
  const noteId = useId();
  const parsed = parseJsonObject(value);

  useEffect(() => {
    let gone = false;
    const openEngine = ({ openEditor }: typeof import("./json-engine")) => {
      if (gone || !place.current) return;
      engine.current = openEditor(place.current, {
        text: latest.current.value,
        label: latest.current.label,
        onChange: (text) => {
          if (text !== latest.current.value) latest.current.onChange(text);
        },
      });
      // Hide the textarea before the next frame: showing it and the editor together would push down the content below.
      flushSync(() => setReady(true));
    };
    // If the editor's code cannot be loaded, the textarea stays.
    import("./json-engine").then(openEngine, () => undefined);
    return () => {
      gone = true;
      engine.current?.close();
      engine.current = null;
      setReady(false);
    };
  }, []);

  const badLine = parsed.ok ? null : parsed.line;
  useEffect(() => {
    if (ready) engine.current?.show({ text: value, readOnly, badLine });
  }, [value, readOnly, badLine, ready]);

  const note = parsed.ok ? error : `${parsed.line === null ? "" : `Line ${parsed.line}: `}${parsed.message}`;
  return (
    <div className={className}>
      <div
        className={cn(
          "json-editor relative overflow-hidden rounded-md border bg-panel focus-within:outline-2 focus-within:outline-accent",
          note ? "border-bad" : "border-line-strong/60",
        )}
      >
        <div ref={place} />
        {ready ? null : (
          <textarea
            aria-label={label}
            className="block min-h-40 w-full resize-y bg-panel p-2 font-mono text-[13px] leading-5"
            value={value}
            readOnly={readOnly}
            onChange={(event) => onChange(event.target.value)}
            spellCheck={false}
          />
        )}
      </div>
      <div className="mt-1 flex min-h-7 items-center justify-between gap-3">
        <p id={noteId} aria-live="polite" className={cn("text-[13px]", note ? "text-bad" : "text-faint")}>
          {note ?? "Valid JSON object"}
        </p>
        {readOnly ? null : (
          <Button
            variant="ghost"
            size="sm"
            disabled={!parsed.ok}
            onClick={() => parsed.ok && onChange(writeJson(parsed.value, 2))}
          >
            Format JSON
          </Button>
        )}
      </div>
    </div>
  );
}
