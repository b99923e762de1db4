"use client";
import { useEffect, useState } from "react";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { useEdit, useMerge } from "@/app/_shell/use-merge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ErrorState } from "@/app/_ui/empty-state";
import { Field, Input } from "@/app/_ui/input";
import { JsonEditor } from "@/app/_ui/json-editor";
import { parseJsonObject } from "@/app/_ui/json-text";
import { Skeleton } from "@/app/_ui/skeleton";
import { toast } from "@/app/_ui/toast";
import { platformOf } from "@/app/(console)/dashboard/bots/_list/platform";
import { errorText } from "@/lib/client/api";
import { writeJson } from "@/lib/core/format/json";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useBotSettings, usePutBotSettings, useUpdateBot } from "@/lib/fleet/bots/queries";

/** Name and platform of the bot, and the settings object the bot itself reads. */
export function SettingsTab({ bot }: { bot: Bot }) {
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
      <Identity bot={bot} />
      <Settings botId={bot.id} />
    </div>
  );
}

type Named = { name: string; metadata: Record<string, unknown> };
const LABELS = { name: "Name", metadata: "Metadata" };

function Identity({ bot }: { bot: Bot }) {
  const stored = { name: bot.name, platform: platformOf(bot), metadata: bot.metadata };
  const edit = useEdit({ values: stored, version: bot.version });
  const { name, platform } = edit.values;
  const update = useUpdateBot(bot.id);
  const [problem, setProblem] = useState<string>();
  const merge = useMerge<Named>({
    ...{ what: "The bot", labels: LABELS },
    send: async (body, version) => {
      await update.mutateAsync({ body, version });
      edit.discard();
      toast.success("Saved");
    },
    fromStored: (now) => now as Named,
    onRebase: (values, now) => edit.rebase(withPlatform(values), { ...now, values: withPlatform(now.values) }),
  });
  const before = edit.base.values;
  const dirty = name.trim() !== before.name || platform.trim() !== before.platform;
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
          const { platform: _, ...rest } = edit.values.metadata;
          const metadata = platform.trim() ? { ...rest, platform: platform.trim() } : rest;
          setProblem(undefined);
          void merge
            .save({ ...edit.base, values: named(before) }, { name: name.trim(), metadata })
            .catch((error) => setProblem(errorText(error)));
        }}
      >
        <Field label="Name" error={problem}>
          <Input
            required
            maxLength={128}
            value={name}
            onChange={(event) => edit.change({ ...edit.values, name: event.target.value })}
          />
        </Field>
        <Field label="Platform" hint="For example discord or telegram.">
          <Input
            maxLength={64}
            value={platform}
            onChange={(event) => edit.change({ ...edit.values, platform: event.target.value })}
          />
        </Field>
        <Button type="submit" variant="primary" loading={update.isPending} disabled={!dirty || name.trim() === ""}>
          Save
        </Button>
      </form>
      {merge.dialog}
    </Card>
  );
}

const named = ({ name, metadata }: Named): Named => ({ name, metadata });
const withPlatform = (values: Named) => ({
  ...named(values),
  platform: typeof values.metadata.platform === "string" ? values.metadata.platform : "",
});
const textOf = (settings: Record<string, unknown>) => writeJson(settings, 2);

function Settings({ botId }: { botId: string }) {
  const { data, error, refetch } = useBotSettings(botId);
  const put = usePutBotSettings(botId);
  const [problem, setProblem] = useState<string>();
  const edit = useEdit({ values: data ? textOf(data.settings) : "", version: data?.version ?? 0 });
  const text = edit.values;
  const parsed = parseJsonObject(text);
  const dirty = text !== edit.base.values;
  const merge = useMerge<Record<string, unknown>>({
    ...{ what: "The settings", isJson: true },
    send: async (body, version) => {
      const saved = await put.mutateAsync({ body, version });
      edit.discard();
      toast.success(`Saved version ${saved.version} and notified the bot`);
    },
    fromStored: (stored) => stored,
    onRebase: (values, stored) => {
      edit.rebase(textOf(values), { ...stored, values: textOf(stored.values) });
      void refetch();
    },
  });
  const { isTouched, discard } = edit;
  // Once nothing is left to save, the editor follows again; not before what is stored has been read.
  const isCurrent = data !== undefined && data.version >= edit.base.version;
  useEffect(() => {
    if (isTouched && !dirty && isCurrent) discard();
  }, [isTouched, dirty, isCurrent, discard]);
  const save = () => {
    const before = parseJsonObject(edit.base.values);
    if (!parsed.ok || !before.ok) return;
    setProblem(undefined);
    void merge
      .save({ ...edit.base, values: before.value }, parsed.value)
      .catch((failure) => setProblem(errorText(failure)));
  };
  const moved = dirty && data !== undefined && data.version !== edit.base.version;

  return (
    <Card>
      <LeaveGuard dirty={dirty} />
      <CardHeader>
        <CardTitle>
          Settings{" "}
          {data ? <span className="tnum font-normal text-[13px] text-faint">version {data.version}</span> : null}
        </CardTitle>
        <div className="flex items-center gap-2">
          {dirty ? <span className="text-[13px] text-warn">Unsaved changes</span> : null}
          <Button size="sm" disabled={!dirty} onClick={edit.discard}>
            Discard
          </Button>
          <Button size="sm" variant="primary" loading={put.isPending} disabled={!dirty || !parsed.ok} onClick={save}>
            Save settings
          </Button>
        </div>
      </CardHeader>
      <div className="space-y-2 p-4">
        <p className="text-[13px] text-muted">
          A JSON object that the bot reads. Saving replaces the whole object and sends the bot{" "}
          <code>settings_update</code>.
        </p>
        {moved ? (
          <p role="alert" className="rounded-md bg-warn-soft px-3 py-2 text-[13px] text-warn">
            Someone saved version {data.version} while you were editing. When you save, you can choose which values to
            keep.
          </p>
        ) : null}
        {data ? (
          <JsonEditor label="Settings (JSON object)" value={text} error={problem} onChange={edit.change} />
        ) : error ? (
          <ErrorState title="Settings could not be loaded" message={errorText(error)} onRetry={() => refetch()} />
        ) : (
          <Skeleton className="h-40 w-full" />
        )}
      </div>
      {merge.dialog}
    </Card>
  );
}
