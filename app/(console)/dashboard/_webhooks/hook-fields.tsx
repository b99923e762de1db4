"use client";
import type { useProblem } from "@/app/_shell/use-problem";
import { Field, Input, Select, Textarea } from "@/app/_ui/input";
import { JsonEditor } from "@/app/_ui/json-editor";
import type { IncomingWebhook } from "@/lib/operations/incoming/contract";
import { MESSAGE_MAX, SECRET_MAX, SIGNATURES } from "@/lib/operations/incoming/contract.constants";
import { BotPicker } from "../_shared/bot-picker";
import type { HookDraft } from "./hook-draft";
import { SIGNATURE_LABELS } from "./hook-labels";

type Props = {
  draft: HookDraft;
  set: (edit: Partial<HookDraft>) => void;
  problems: ReturnType<typeof useProblem>;
  /** Offers only the bots of this team. */
  teamId: number | undefined;
  /** Whether the webhook has a secret that fits the chosen signature. */
  hasSecret: boolean;
  /** Whether the reader may name a queue. */
  hasQueues: boolean;
  /** The queue that the webhook has. */
  queue?: string | null;
  /** Another key starts the editor of the payload anew. */
  payloadKey: string;
};

/** Fields that show their own error. */
export const SHOWN_FIELDS = [
  "name",
  "action.bot_id",
  "action.type",
  "action.message",
  "secret",
  "source",
  "only_when.field",
];
const LEVELS = ["info", "warning", "error"];
const HINT = "{{path.to.field}} becomes that field of the request, {{field|text}} has a default.";

/** Edits the action of a webhook, and which requests it accepts. */
export function HookFields({ draft, set, problems, teamId, hasSecret, hasQueues, queue, payloadKey }: Props) {
  const levels = LEVELS.includes(draft.level) ? LEVELS : [draft.level, ...LEVELS];
  return (
    <>
      <Field label="Bot" error={problems.errorOf("action.bot_id")}>
        <BotPicker
          value={draft.bot_id}
          placeholder="Choose a bot by name or ID"
          teamId={teamId}
          onChange={(bot_id) => set({ bot_id })}
        />
      </Field>
      <Field label="A request becomes">
        <Select value={draft.kind} onChange={(event) => set({ kind: event.target.value as HookDraft["kind"] })}>
          <option value="command">A command</option>
          <option value="log">A log line</option>
        </Select>
      </Field>
      {draft.kind === "command" ? (
        <>
          <Field label="Command type" error={problems.errorOf("action.type")}>
            <Input
              autoComplete="off"
              spellCheck={false}
              placeholder="deploy"
              value={draft.type}
              onChange={(event) => set({ type: event.target.value })}
            />
          </Field>
          <div>
            <p className="mb-1 font-medium text-[13px]">Payload</p>
            <JsonEditor
              key={payloadKey}
              label="Payload (JSON object)"
              value={draft.payload}
              onChange={(payload) => set({ payload })}
            />
            <p className="mt-1 text-[13px] text-faint">{HINT}</p>
          </div>
        </>
      ) : (
        <>
          <Field label="Level">
            <Select value={draft.level} onChange={(event) => set({ level: event.target.value })}>
              {levels.map((level) => (
                <option key={level}>{level}</option>
              ))}
            </Select>
          </Field>
          <Field label="Message" hint={HINT} error={problems.errorOf("action.message")}>
            <Textarea
              maxLength={MESSAGE_MAX}
              value={draft.message}
              onChange={(event) => set({ message: event.target.value })}
            />
          </Field>
        </>
      )}
      <AcceptanceFields {...{ draft, set, problems, hasSecret }} />
      {hasQueues ? <QueueField {...{ draft, set, problems, queue }} /> : null}
    </>
  );
}

type AcceptanceProps = Pick<Props, "draft" | "set" | "problems" | "hasSecret">;

function AcceptanceFields({ draft, set, problems, hasSecret }: AcceptanceProps) {
  return (
    <>
      <Field label="Signature" hint="Requests without a valid signature are refused.">
        <Select
          value={draft.signature}
          onChange={(event) => set({ signature: event.target.value as IncomingWebhook["signature"] })}
        >
          {SIGNATURES.map((signature) => (
            <option key={signature} value={signature}>
              {SIGNATURE_LABELS[signature]}
            </option>
          ))}
        </Select>
      </Field>
      {draft.signature === "none" ? null : (
        <Field
          label="Secret (optional)"
          hint={hasSecret ? "Leave empty to keep the secret." : "Leave empty to get a new one."}
          error={problems.errorOf("secret")}
        >
          <Input
            type="password"
            autoComplete="new-password"
            maxLength={SECRET_MAX}
            value={draft.secret}
            onChange={(event) => set({ secret: event.target.value })}
          />
        </Field>
      )}
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Only when field (optional)" error={problems.errorOf("only_when.field")}>
          <Input
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
            placeholder="header:x-github-event"
            value={draft.field}
            onChange={(event) => set({ field: event.target.value })}
          />
        </Field>
        <Field label="Equals">
          <Input
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
            placeholder="push"
            disabled={draft.field.trim() === ""}
            value={draft.equals}
            onChange={(event) => set({ equals: event.target.value })}
          />
        </Field>
      </div>
    </>
  );
}

/** Edits the queue whose messages a webhook takes. The stored address is never shown, so an empty field keeps it. */
function QueueField({ draft, set, problems, queue }: Pick<Props, "draft" | "set" | "problems" | "queue">) {
  const explanation = "Takes the messages of a queue like requests: amqps://, tls:// (NATS) or rediss://.";
  return (
    <Field
      label="Queue (optional)"
      hint={queue ? `Leave empty to keep ${queue}.` : explanation}
      error={problems.errorOf("source")}
    >
      <Input
        autoComplete="off"
        spellCheck={false}
        placeholder="amqps://user:password@rabbit.internal?queue=commands"
        value={draft.source}
        onChange={(event) => set({ source: event.target.value })}
      />
    </Field>
  );
}
