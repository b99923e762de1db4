"use client";
import { useState } from "react";
import { StatusDot } from "@/app/_ui/badge";
import { CodeBlock } from "@/app/_ui/code-block";
import { FormDialog } from "@/app/_ui/form-dialog";
import { Field, Input } from "@/app/_ui/input";
import { JsonEditor } from "@/app/_ui/json-editor";
import { parseJsonObject } from "@/app/_ui/json-text";
import { writeJson } from "@/lib/core/format/json";
import type { IncomingWebhook } from "@/lib/operations/incoming/contract";
import { PRESETS } from "@/lib/operations/incoming/contract.presets";
import { useTestIncomingWebhook } from "@/lib/operations/incoming/queries";
import { HOOK_OUTCOMES } from "./hook-labels";

/** Returns the example to start with: the one that the signature suggests. */
const exampleOf = ({ signature }: IncomingWebhook) => PRESETS[signature === "none" ? "custom" : signature].example;

/** Shows what a webhook would make of a request that the person pastes. Nothing is sent. */
export function TestDialog({ hook, onClose }: { hook: IncomingWebhook; onClose: () => void }) {
  const test = useTestIncomingWebhook(hook.hook_id);
  const [text, setText] = useState(() => writeJson(exampleOf(hook), 2));
  const [event, setEvent] = useState("");
  const body = parseJsonObject(text);
  return (
    <FormDialog
      title={`Test ${hook.name}`}
      description="Paste what the program sends. Nothing is sent to the bot."
      verb="Show result"
      ready={body.ok}
      busy={test.isPending}
      problem={test.error ?? undefined}
      onSubmit={() =>
        body.ok && test.mutate({ body: body.value, headers: event ? { "x-github-event": event.trim() } : {} })
      }
      onClose={onClose}
    >
      <JsonEditor label="Body (JSON object)" value={text} onChange={setText} />
      {hook.signature === "github" ? (
        <Field label="X-GitHub-Event (optional)">
          <Input
            autoComplete="off"
            maxLength={100}
            placeholder="push"
            value={event}
            onChange={(change) => setEvent(change.target.value)}
          />
        </Field>
      ) : null}
      {test.data ? (
        <section aria-label="Result" className="space-y-2">
          <StatusDot status={HOOK_OUTCOMES[test.data.outcome].label} tone={HOOK_OUTCOMES[test.data.outcome].tone} />
          {test.data.reason ? <p className="break-words text-[13px] text-muted">{test.data.reason}</p> : null}
          {test.data.made ? <CodeBlock code={writeJson(test.data.made, 2)} wrap /> : null}
        </section>
      ) : null}
    </FormDialog>
  );
}
