/** The form of an incoming webhook edits a draft, which is converted to a request and back. */
import type { DraftProblem } from "@/app/_shell/use-draft";
import { parseJsonObject } from "@/app/_ui/json-text";
import { writeJson } from "@/lib/core/format/json";
import type { IncomingWebhook } from "@/lib/operations/incoming/contract";
import { PRESETS, type PresetId } from "@/lib/operations/incoming/contract.presets";
import type { HookChange } from "@/lib/operations/incoming/queries";

export type HookDraft = {
  name: string;
  bot_id: string | null;
  kind: "command" | "log";
  type: string;
  /** The template as JSON text. */
  payload: string;
  level: string;
  message: string;
  signature: IncomingWebhook["signature"];
  secret: string;
  /** The address of a queue; empty to keep the stored one. */
  source: string;
  /** The condition; it is off while `field` is empty. */
  field: string;
  equals: string;
};
export type HookFields = Pick<IncomingWebhook, "name" | "signature" | "action" | "only_when"> &
  Pick<HookChange, "secret" | "source">;

/** The parts of a draft that a preset fills in. */
export function presetDraft(id: PresetId): Pick<HookDraft, "payload" | "message" | "signature"> {
  const { payload, message, signature } = PRESETS[id];
  return { payload: writeJson(payload, 2), message, signature };
}

export const newHookDraft = (): HookDraft => ({
  ...{
    name: "",
    bot_id: null,
    kind: "command",
    type: "",
    level: "info",
    secret: "",
    source: "",
    field: "",
    equals: "",
  },
  ...presetDraft("custom"),
});

/** Converts the stored fields of a webhook to what the form shows. */
export function hookDraftOf({
  name,
  signature,
  action,
  only_when,
}: Pick<IncomingWebhook, "name" | "signature" | "action" | "only_when">): HookDraft {
  const fields =
    action.kind === "command"
      ? { type: action.type, payload: writeJson(action.payload, 2) }
      : { level: action.level, message: action.message };
  return {
    ...{ ...newHookDraft(), name, signature, kind: action.kind, bot_id: action.bot_id, ...fields },
    ...(only_when && { field: only_when.field, equals: only_when.equals }),
  };
}

/** Converts the form to the fields of a request, or says which one is missing. */
export function hookFieldsOf(draft: HookDraft): HookFields | DraftProblem {
  const { bot_id, kind, level, message, signature, equals } = draft;
  const [name, type, field] = [draft.name.trim(), draft.type.trim(), draft.field.trim()];
  const [secret, source] = [draft.secret.trim(), draft.source.trim()];
  if (name === "") return { field: "name", message: "Enter a name." };
  if (bot_id === null) return { field: "action.bot_id", message: "Choose a bot." };
  const written = { ...(secret && { secret }), ...(source && { source }) };
  const rest = { name, signature, only_when: field === "" ? null : { field, equals }, ...written };
  if (kind === "log") {
    if (message.trim() === "") return { field: "action.message", message: "Enter a message." };
    return { ...rest, action: { kind, bot_id, level, message } };
  }
  if (type === "") return { field: "action.type", message: "Enter the type of the command." };
  const payload = parseJsonObject(draft.payload);
  if (!payload.ok) return { field: "action.payload", message: `Payload: ${payload.message}` };
  return { ...rest, action: { kind, bot_id, type, payload: payload.value } };
}
