"use client";
import "codemirror/lib/codemirror.css";
import "./json-editor.css";
import type { Editor } from "codemirror";
import { useEffect, useId, useRef, useState } from "react";
import { Button } from "./button";
import { cn } from "./cn";
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
 * An editor for one JSON object: highlighting, bracket matching, undo, and below it what is wrong and on which line.
 * The editing engine is loaded when the editor first shows; until then a plain textarea holds the text.
 */
export function JsonEditor({ value, onChange, label, readOnly = false, error, className }: JsonEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const latest = useRef({ value, onChange, label, readOnly });
  latest.current = { value, onChange, label, readOnly };
  const [ready, setReady] = useState(false);
  const noteId = useId();
  const parsed = parseJsonObject(value);

  useEffect(() => {
    let gone = false;
    void (async () => {
      const { default: CodeMirror } = await import("codemirror");
      await Promise.all([
        import("codemirror/mode/javascript/javascript"),
        import("codemirror/addon/edit/matchbrackets"),
        import("codemirror/addon/edit/closebrackets"),
      ]);
      if (gone || !place.current) return;
      const made = CodeMirror(place.current, {
        value: latest.current.value,
        mode: "application/json",
        // Not "contenteditable": text put in by an input method, dictation or a phone's keyboard over several lines
        // changes the page behind CodeMirror's back there, and it throws.
        inputStyle: "textarea",
        screenReaderLabel: latest.current.label,
        readOnly: latest.current.readOnly,
        lineNumbers: true,
        lineWrapping: true,
        matchBrackets: true,
        autoCloseBrackets: true,
        tabSize: 2,
        viewportMargin: 50,
        // Tab moves on to the next control: nobody may be trapped in the editor.
        extraKeys: { Tab: false, "Shift-Tab": false },
      });
      made.on("change", () => {
        const text = made.getValue();
        if (text !== latest.current.value) latest.current.onChange(text);
      });
      editor.current = made;
      setReady(true);
    })();
    return () => {
      gone = true;
      editor.current?.getWrapperElement().remove();
      editor.current = null;
      setReady(false);
    };
  }, []);

  useEffect(() => {
    if (ready && editor.current && editor.current.getValue() !== value) editor.current.setValue(value);
  }, [value, ready]);

  useEffect(() => {
    if (ready) editor.current?.setOption("readOnly", readOnly);
  }, [readOnly, ready]);

  const badLine = parsed.ok ? null : parsed.line;
  useEffect(() => {
    const current = editor.current;
    if (!ready || !current || badLine === null || badLine > current.lineCount()) return;
    current.addLineClass(badLine - 1, "background", "bad-line");
    return () => {
      if (badLine <= current.lineCount()) current.removeLineClass(badLine - 1, "background", "bad-line");
    };
  }, [badLine, ready]);

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
            onClick={() => parsed.ok && onChange(JSON.stringify(parsed.value, null, 2))}
          >
            Format
          </Button>
        )}
      </div>
    </div>
  );
}
