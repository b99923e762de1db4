"use client";
import { type KeyboardEvent, useRef, useState } from "react";
import { parseJsonObject } from "@/app/_ui/json-text";
import { writeJson } from "@/lib/core/format/json";
import { COMMAND_TYPE_MAX, COMMAND_TYPE_PATTERN } from "@/lib/fleet/commands/contract.constants";
import type { NewCommand } from "@/lib/fleet/commands/queries";
import { type OfferedCommand, useParamsCheck } from "@/lib/fleet/manifests/queries";
import { type DispatchDraft, NO_DISPATCH, readDispatch } from "./dispatch";
import { emptyRequired, fieldsOf, initialOf } from "./fields";
import type { Draft } from "./history";
import { emptySample, KNOWN } from "./known-commands";

type Options = {
  draft: Draft;
  onDraft: (draft: Draft) => void;
  offered: readonly OfferedCommand[];
  history: readonly Draft[];
  busy: boolean;
  /** The delivery options at first. */
  dispatch?: DispatchDraft;
  onSubmit: (command: NewCommand) => void;
};

/** Returns an error message for an invalid command type. */
function wrongOf(type: string): string | undefined {
  if (type === "") return "Enter a command type";
  if (type.length > COMMAND_TYPE_MAX) return `Enter at most ${COMMAND_TYPE_MAX} characters`;
  return COMMAND_TYPE_PATTERN.test(type) ? undefined : "Remove control characters";
}

/** Returns the paths of required values that are empty. */
function emptyValues(type: string, payload: Record<string, unknown>, known: OfferedCommand | undefined): string[] {
  const required = known?.params ? fieldsOf(known.params) : null;
  if (required) return emptyRequired(required, payload);
  return known ? [] : emptySample(type, payload);
}

/** Returns the draft for a chosen suggestion: with the payload sent last for that type, or an empty one. */
function draftOf(name: string, { draft, offered, history }: Options): Draft {
  const isKnown = offered.some((one) => one.name === draft.type.trim());
  const last = history.find((one) => one.type === name)?.payload;
  const params = offered.find((one) => one.name === name)?.params;
  const fields = params && fieldsOf(params);
  const sample = fields ? initialOf(fields) : (KNOWN[name] ?? {});
  const untouched = draft.payload.trim() === "" || draft.payload.trim() === "{}" || isKnown;
  const fresh = last ?? (Object.keys(sample).length > 0 ? writeJson(sample, 2) : "{}");
  return { type: name, payload: untouched || fields ? fresh : draft.payload };
}

/** Validates the command while it is typed, and sends it. Asks for confirmation before a destructive command. */
export function useCommandForm(options: Options) {
  const { draft, onDraft, offered, history, busy } = options;
  const at = useRef(-1);
  const [touched, setTouched] = useState(false);
  const [dispatch, setDispatch] = useState(options.dispatch ?? NO_DISPATCH);
  const [asking, setAsking] = useState<NewCommand | null>(null);
  const payload = parseJsonObject(draft.payload);
  const type = draft.type.trim();
  const wrongType = wrongOf(type);
  const known = offered.find((one) => one.name === type);
  const check = useParamsCheck(known?.params);
  const problem = payload.ok ? check?.(payload.value) : undefined;
  const empty = payload.ok ? emptyValues(type, payload.value, known) : [];
  const settings = readDispatch(dispatch, Date.now());

  /** Returns the command if it is valid. Otherwise its problems are shown. */
  const checked = (): NewCommand | undefined => {
    setTouched(true);
    if (wrongType || !payload.ok || !check || problem || empty.length > 0 || !settings.ok || busy) return undefined;
    return { type, payload: payload.value, ...settings.options };
  };
  const send = (command: NewCommand) => {
    at.current = -1;
    setTouched(false);
    // Use a new key for each command: the server treats a repeated key as the same command.
    setDispatch((last) => ({ ...last, key: "" }));
    options.onSubmit(command);
  };
  return {
    known,
    asking,
    setAsking,
    checked,
    send,
    dispatch,
    setDispatch,
    isPayloadValid: payload.ok,
    /** The form validates beside the field, so it waits until the validator has loaded. */
    isReady: Boolean(check),
    /** Problems are shown only after the person has tried to send. */
    shown: touched
      ? { type: wrongType, payload: problem, empty, dispatch: settings.ok ? undefined : settings }
      : { type: undefined, payload: undefined, empty: undefined, dispatch: undefined },
    submit: () => {
      const command = checked();
      if (!command) return;
      if (known?.danger === "destructive") setAsking(command);
      else send(command);
    },
    pick: (name: string) => {
      setTouched(false);
      onDraft(draftOf(name, options));
    },
    /** Steps through the history with the arrow keys. */
    walk: (event: KeyboardEvent<HTMLInputElement>) => {
      if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
      const next = at.current + (event.key === "ArrowUp" ? 1 : -1);
      if (next < -1 || next >= history.length) return;
      event.preventDefault();
      at.current = next;
      onDraft(next === -1 ? { type: "", payload: "{}" } : (history[next] ?? draft));
    },
  };
}
