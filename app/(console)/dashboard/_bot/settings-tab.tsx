"use client";
import { useEffect, useState } from "react";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ErrorState } from "@/app/_ui/empty-state";
import { Field, Input } from "@/app/_ui/input";
import { JsonEditor } from "@/app/_ui/json-editor";
import { parseJsonObject } from "@/app/_ui/json-text";
import { Skeleton } from "@/app/_ui/skeleton";
import { toast } from "@/app/_ui/toast";
import type { Bot } from "@/lib/bots/contract";
import { useBotSettings, usePutBotSettings, useUpdateBot } from "@/lib/bots/queries";
import { errorText } from "@/lib/client/api";
import { platformOf } from "../_bots/platform";

/** Name and platform of the bot, and the settings object the bot itself reads. */
export function SettingsTab({ bot }: { bot: Bot }) {
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
      <Identity bot={bot} />
      <Settings botId={bot.id} />
    </div>
  );
}

function Identity({ bot }: { bot: Bot }) {
  const [name, setName] = useState(bot.name);
  const [platform, setPlatform] = useState(platformOf(bot));
  const update = useUpdateBot(bot.id);
  const dirty = name.trim() !== bot.name || platform.trim() !== platformOf(bot);
  return (
    <Card>
      <LeaveGuard dirty={dirty} />
      <CardHeader>
        <CardTitle>Name and platform</CardTitle>
      </CardHeader>
      <form
        className="space-y-3 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          const { platform: _, ...rest } = bot.metadata;
          const metadata = platform.trim() ? { ...rest, platform: platform.trim() } : rest;
          update.mutate({ name, metadata }, { onSuccess: () => toast.success("Saved") });
        }}
      >
        <Field label="Name" error={update.error ? errorText(update.error) : undefined}>
          <Input required maxLength={128} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label="Platform" hint="A word such as discord or telegram.">
          <Input maxLength={64} value={platform} onChange={(event) => setPlatform(event.target.value)} />
        </Field>
        <Button type="submit" variant="primary" loading={update.isPending} disabled={!dirty || name.trim() === ""}>
          Save
        </Button>
      </form>
    </Card>
  );
}

function Settings({ botId }: { botId: string }) {
  const { data, error, refetch } = useBotSettings(botId);
  const put = usePutBotSettings(botId);
  // Null while untouched: then the editor shows what is stored, and follows changes from elsewhere.
  const [draft, setDraft] = useState<{ text: string; base: number } | null>(null);
  const stored = data ? JSON.stringify(data.settings, null, 2) : "";
  const text = draft?.text ?? stored;
  const parsed = parseJsonObject(text);
  const dirty = draft !== null && draft.text !== stored;
  useEffect(() => {
    if (draft && draft.text === stored) setDraft(null);
  }, [draft, stored]);
  const moved = dirty && data !== undefined && data.version !== draft.base;

  return (
    <Card>
      <LeaveGuard dirty={dirty} />
      <CardHeader>
        <CardTitle>
          Settings{" "}
          {data ? <span className="tnum font-normal text-[13px] text-faint">version {data.version}</span> : null}
        </CardTitle>
        <div className="flex items-center gap-2">
          {dirty ? <span className="text-[13px] text-warn">unsaved changes</span> : null}
          <Button size="sm" disabled={!dirty} onClick={() => setDraft(null)}>
            Discard
          </Button>
          <Button
            size="sm"
            variant="primary"
            loading={put.isPending}
            disabled={!dirty || !parsed.ok}
            onClick={() =>
              parsed.ok &&
              put.mutate(parsed.value, {
                onSuccess: ({ version }) => {
                  setDraft(null);
                  toast.success(`Saved as version ${version}; the bot is told`);
                },
              })
            }
          >
            Save settings
          </Button>
        </div>
      </CardHeader>
      <div className="space-y-2 p-4">
        <p className="text-[13px] text-muted">
          One JSON object that the bot reads. Saving replaces it whole and sends the bot <code>settings_update</code>.
        </p>
        {moved ? (
          <p role="alert" className="rounded-md bg-warn-soft px-3 py-2 text-[13px] text-warn">
            Somebody saved version {data.version} meanwhile. Saving replaces it; discard to see it.
          </p>
        ) : null}
        {data ? (
          <JsonEditor
            label="Settings (JSON object)"
            value={text}
            error={put.error ? errorText(put.error) : undefined}
            onChange={(next) => setDraft((known) => ({ text: next, base: known?.base ?? data.version }))}
          />
        ) : error ? (
          <ErrorState title="Settings could not be loaded" message={errorText(error)} onRetry={() => refetch()} />
        ) : (
          <Skeleton className="h-40 w-full" />
        )}
      </div>
    </Card>
  );
}
