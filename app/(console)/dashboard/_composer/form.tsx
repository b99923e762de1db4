"use client";
import { Send, TriangleAlert } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { Field, Input } from "@/app/_ui/input";
import { parseJsonObject } from "@/app/_ui/json-text";
import { Kbd } from "@/app/_ui/kbd";
import { writeJson } from "@/lib/core/format/json";
import { COMMAND_TYPE_MAX, COMMAND_TYPE_PATTERN } from "@/lib/fleet/commands/contract.constants";
import type { NewCommand } from "@/lib/fleet/commands/queries";
import { type OfferedCommand, useParamsCheck } from "@/lib/fleet/manifests/queries";
import { NO_DISPATCH, readDispatch } from "./dispatch";
import { DispatchSettings } from "./dispatch-settings";
import { emptyRequired, fieldsOf, initialOf } from "./fields";
import type { Draft } from "./history";
import { PayloadInput } from "./payload-input";
import { Suggestions } from "./suggestions";

/** Types that most bots know, with the payload the documents show for them. */
const KNOWN: Record<string, Record<string, unknown>> = {
  send_message: { thread_id: "", thread_type: "USER", message: "" },
  ping: {},
  restart: {},
  reload: {},
};

/** Values that are empty in a documented command's sample and were not filled in. */
const emptySample = (type: string, payload: Record<string, unknown>): string[] =>
  Object.keys(KNOWN[type] ?? {}).filter((name) => KNOWN[type]?.[name] === "" && payload[name] === "");

const pretty = (value: Record<string, unknown>) => writeJson(value, 2);

type CommandFormProps = {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  /** Commands that every target says it understands. */
  offered?: readonly OfferedCommand[];
  /** Names of the bots it goes to, for the confirmation of something destructive. */
  targets: readonly string[];
  /** Command types seen before, most used first. */
  seenTypes?: readonly string[];
  /** Newest first; walked with the arrow keys. */
  history: readonly Draft[];
  /** Says the effect: "Send to Greeter", "Run on 12 bots". */
  submitLabel: string;
  busy?: boolean;
  error?: string;
  note?: ReactNode;
  onSubmit: (command: NewCommand) => void;
};

/** Returns an error message for an invalid command type. */
function wrongOf(type: string): string | undefined {
  if (type === "") return "Enter a command type";
  if (type.length > COMMAND_TYPE_MAX) return `Enter at most ${COMMAND_TYPE_MAX} characters`;
  return COMMAND_TYPE_PATTERN.test(type) ? undefined : "Remove control characters";
}

/** A command: type, payload, dispatch. ↑ and ↓ in the type field walk the history; Ctrl-Enter sends from anywhere. */
export function CommandForm(props: CommandFormProps) {
  const { draft, onDraft, offered = [], targets, seenTypes = [], history, submitLabel, busy, error, note } = props;
  const at = useRef(-1);
  const [touched, setTouched] = useState(false);
  const [dispatch, setDispatch] = useState(NO_DISPATCH);
  const [asking, setAsking] = useState<NewCommand | null>(null);
  const payload = parseJsonObject(draft.payload);
  const type = draft.type.trim();
  const wrongType = wrongOf(type);
  const known = offered.find((one) => one.name === type);
  const check = useParamsCheck(known?.params);
  const problem = payload.ok ? check?.(payload.value) : undefined;
  const required = known?.params ? fieldsOf(known.params) : null;
  const empty = !payload.ok
    ? []
    : required
      ? emptyRequired(required, payload.value)
      : known
        ? []
        : emptySample(type, payload.value);
  const options = readDispatch(dispatch, Date.now());
  const typeError = touched ? wrongType : undefined;

  const send = (command: NewCommand) => {
    at.current = -1;
    setTouched(false);
    // A key stands for one sending.
    setDispatch((last) => ({ ...last, key: "" }));
    props.onSubmit(command);
  };
  const submit = () => {
    setTouched(true);
    if (wrongType || !payload.ok || !check || problem || empty.length > 0 || !options.ok || busy) return;
    const command = { type, payload: payload.value, ...options.options };
    if (known?.danger === "destructive") setAsking(command);
    else send(command);
  };

  const pick = (name: string) => {
    setTouched(false);
    const last = history.find((one) => one.type === name)?.payload;
    const params = offered.find((one) => one.name === name)?.params;
    const fields = params && fieldsOf(params);
    const sample = fields ? initialOf(fields) : (KNOWN[name] ?? {});
    const untouched = draft.payload.trim() === "" || draft.payload.trim() === "{}" || Boolean(known);
    const fresh = last ?? (Object.keys(sample).length > 0 ? pretty(sample) : "{}");
    onDraft({ type: name, payload: untouched || fields ? fresh : draft.payload });
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
    <>
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
        <Suggestions offered={offered} seen={[...seenTypes, ...Object.keys(KNOWN)]} typed={draft.type} onPick={pick} />
        {known ? <About command={known} /> : null}
        <PayloadInput
          params={known?.params}
          text={draft.payload}
          onText={(text) => onDraft({ ...draft, payload: text })}
          problem={touched ? problem : undefined}
          empty={touched ? empty : undefined}
        />
        <DispatchSettings
          draft={dispatch}
          onDraft={setDispatch}
          problem={touched && !options.ok ? options : undefined}
        />
        {error ? (
          <p role="alert" className="text-[13px] text-bad">
            {error}
          </p>
        ) : null}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <Button
            type="submit"
            variant={known?.danger === "destructive" ? "danger" : "primary"}
            // The form validates beside the field, so it waits until the validator has loaded.
            loading={busy || !check}
            disabled={!payload.ok}
          >
            <Send aria-hidden /> {submitLabel}
          </Button>
          <span className="hidden text-faint text-xs sm:inline">
            <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd>
          </span>
          {note}
        </div>
      </form>
      <ConfirmDialog
        open={asking !== null}
        onOpenChange={(open) => !open && setAsking(null)}
        title={`${asking?.type ?? ""} on ${nameList(targets)}`}
        consequence={
          <>
            {targets.length === 1 ? "This bot marks" : "These bots mark"} this command as destructive. You may not be
            able to undo it.
            {known?.description ? <span className="mt-1 block text-text">{known.description}</span> : null}
          </>
        }
        verb={submitLabel}
        typeToConfirm={targets.length > 1 ? String(targets.length) : undefined}
        onConfirm={() => asking && send(asking)}
      />
    </>
  );
}

/** "Ada, Eve and 3 more". */
function nameList(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

/** The bot's own description of the command. */
function About({ command }: { command: OfferedCommand }) {
  return (
    <div className="space-y-1 text-[13px]">
      {command.description ? <p className="text-muted">{command.description}</p> : null}
      <p className="flex flex-wrap gap-1.5 empty:hidden">
        {command.danger === "none" ? null : (
          <Badge tone={command.danger === "warn" ? "warn" : "bad"}>
            <TriangleAlert className="size-3" aria-hidden />
            {command.danger === "warn" ? "caution" : "destructive"}
          </Badge>
        )}
        {command.idempotent ? (
          <Badge title="Running it twice has the same effect as running it once">idempotent</Badge>
        ) : null}
        {command.timeout_s ? <Badge>up to {command.timeout_s} s</Badge> : null}
        {command.varies ? <Badge tone="info">parameters differ between these bots</Badge> : null}
      </p>
    </div>
  );
}
