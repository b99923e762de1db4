"use client";
import { useEffect, useState } from "react";
import { LeaveGuard } from "@/app/_shell/leave-guard";
import { useEdit, useMerge } from "@/app/_shell/use-merge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { JsonEditor } from "@/app/_ui/json-editor";
import { parseJsonObject } from "@/app/_ui/json-text";
import { QueryState } from "@/app/_ui/query-state";
import { Skeleton } from "@/app/_ui/skeleton";
import { toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import { writeJson } from "@/lib/core/format/json";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useBotSettings, usePutBotSettings } from "@/lib/fleet/bots/queries.manage";
import { IdentityForm } from "./identity-form";
import { TagsForm } from "./tags-form";

/** The bot's name, platform and tags, and the settings object that the bot reads. */
export function SettingsTab({ bot }: { bot: Bot }) {
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,24rem)_minmax(0,1fr)]">
      <div className="space-y-4">
        <IdentityForm bot={bot} />
        <TagsForm key={writeJson(bot.tags)} bot={bot} />
      </div>
      <Settings botId={bot.id} />
    </div>
  );
}

const textOf = (settings: Record<string, unknown>) => writeJson(settings, 2);

function Settings({ botId }: { botId: string }) {
  const query = useBotSettings(botId);
  const { data, refetch } = query;
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
  // Follow the stored settings again once nothing is unsaved and the saved version has been read back.
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
          A JSON object that the bot reads. Saving replaces the whole object, raises its version and sends the bot a{" "}
          <code>settings_update</code> command.
        </p>
        {moved ? (
          <p role="alert" className="rounded-md bg-warn-soft px-3 py-2 text-[13px] text-warn">
            Someone saved version {data.version} while you were editing. When you save, you can choose which values to
            keep.
          </p>
        ) : null}
        <QueryState
          query={query}
          data={data}
          failure="Settings could not be loaded"
          loading={<Skeleton className="h-40 w-full" />}
        >
          {() => <JsonEditor label="Settings (JSON object)" value={text} error={problem} onChange={edit.change} />}
        </QueryState>
      </div>
      {merge.dialog}
    </Card>
  );
}
