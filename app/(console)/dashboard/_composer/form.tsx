"use client";
import { Send } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { Field, Input } from "@/app/_ui/input";
import { JsonEditor } from "@/app/_ui/json-editor";
import { parseJsonObject } from "@/app/_ui/json-text";
import { Kbd } from "@/app/_ui/kbd";
import { CommandType } from "@/lib/commands/contract";
import type { Draft } from "./history";

/** Types that most bots know, with the payload the documents show for them. */
const KNOWN: Record<string, Record<string, unknown>> = {
  send_message: { thread_id: "", thread_type: "USER", message: "" },
  ping: {},
  restart: {},
  reload: {},
};
const SUGGESTED = 8;

const pretty = (value: Record<string, unknown>) => JSON.stringify(value, null, 2);

type CommandFormProps = {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  /** Command types seen before, most used first. */
  seenTypes?: readonly string[];
  /** Newest first; walked with the arrow keys. */
  history: readonly Draft[];
  /** Says the effect: "Send to Greeter", "Run on 12 bots". */
  submitLabel: string;
  busy?: boolean;
  /** Why sending is not possible now; shown beside the disabled button. */
  disabledReason?: string;
  error?: string;
  note?: ReactNode;
  onSubmit: (type: string, payload: Record<string, unknown>) => void;
};

/** Type and JSON payload of a command. ↑ and ↓ in the type field walk the history; Ctrl-Enter sends from anywhere. */
export function CommandForm(props: CommandFormProps) {
  const { draft, onDraft, seenTypes = [], history, submitLabel, busy, disabledReason, error, note, onSubmit } = props;
  const at = useRef(-1);
  const [touched, setTouched] = useState(false);
  const payload = parseJsonObject(draft.payload);
  const type = CommandType.safeParse(draft.type);
  const typeError =
    touched && !type.success
      ? draft.type.trim()
        ? type.error.issues[0]?.message
        : "Name the command's type"
      : undefined;
  const known = [...new Set([...seenTypes, ...Object.keys(KNOWN)])];
  const suggestions = known
    .filter((one) => one !== draft.type && one.includes(draft.type.trim().toLowerCase()))
    .slice(0, SUGGESTED);

  const submit = () => {
    setTouched(true);
    if (!type.success || !payload.ok || busy || disabledReason) return;
    at.current = -1;
    onSubmit(type.data, payload.value);
  };

  const pick = (name: string) => {
    const last = history.find((one) => one.type === name);
    const sample = KNOWN[name] && Object.keys(KNOWN[name]).length > 0 ? pretty(KNOWN[name]) : "{}";
    const untouched = draft.payload.trim() === "" || draft.payload.trim() === "{}";
    onDraft({ type: name, payload: untouched ? (last?.payload ?? sample) : draft.payload });
  };

  const walk = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    const next = at.current + (event.key === "ArrowUp" ? 1 : -1);
    if (next < -1 || next >= history.length) return;
    event.preventDefault();
    at.current = next;
    onDraft(next === -1 ? { type: "", payload: "{}" } : (history[next] ?? draft));
  };

  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        submit();
      }}
    >
      <Field
        label="Command type"
        error={typeError}
        aside={
          history.length > 0 ? (
            <span className="hidden text-faint text-xs sm:inline">
              <Kbd>↑</Kbd> <Kbd>↓</Kbd> history
            </span>
          ) : null
        }
      >
        <Input
          value={draft.type}
          maxLength={64}
          placeholder="send_message"
          className="font-mono"
          autoComplete="off"
          spellCheck={false}
          onKeyDown={walk}
          onChange={(event) => onDraft({ ...draft, type: event.target.value })}
        />
      </Field>
      {suggestions.length > 0 ? (
        <ul aria-label="Suggested types" className="flex flex-wrap gap-1.5">
          {suggestions.map((name) => (
            <li key={name}>
              <Button size="sm" className="font-mono text-xs" onClick={() => pick(name)}>
                {name}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <div>
        <p className="mb-1 font-medium text-[13px]">Payload</p>
        <JsonEditor
          label="Payload (JSON object)"
          value={draft.payload}
          onChange={(text) => onDraft({ ...draft, payload: text })}
        />
      </div>
      {error ? (
        <p role="alert" className="text-[13px] text-bad">
          {error}
        </p>
      ) : null}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button type="submit" variant="primary" loading={busy} disabled={!payload.ok || Boolean(disabledReason)}>
          <Send aria-hidden /> {submitLabel}
        </Button>
        <span className="hidden text-faint text-xs sm:inline">
          <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd>
        </span>
        {disabledReason ? <span className="text-[13px] text-muted">{disabledReason}</span> : note}
      </div>
    </form>
  );
}
