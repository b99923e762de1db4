"use client";
import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { toast } from "@/app/_ui/toast";
import { exportBotData } from "@/generated/calls/fleet/telemetry";
import { apiPath } from "@/lib/client/api";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useDeleteBot } from "@/lib/fleet/bots/queries.manage";
import type { Reader } from "./bot-owner";
import { TransferBot } from "./transfer-bot";

/** Actions after which the bot, or the access to it, is gone. */
export function DangerTab({ bot, reader }: { bot: Bot; reader: Reader }) {
  return (
    <div className="space-y-4">
      <TransferBot bot={bot} reader={reader} />
      <DeleteBot bot={bot} />
    </div>
  );
}

function DeleteBot({ bot }: { bot: Bot }) {
  const remove = useDeleteBot();
  const router = useRouter();
  return (
    <Card className="max-w-3xl border-bad/40">
      <CardHeader>
        <CardTitle>Delete this bot</CardTitle>
      </CardHeader>
      <div className="space-y-3 p-4 text-sm">
        <p className="text-muted">
          Deletes the bot and all its commands, logs, messages, data, settings and its token. A running bot is
          disconnected immediately. You may want to export its{" "}
          <a
            href={apiPath(exportBotData, { bot_id: bot.id })}
            download={`${bot.id}.json`}
            className="text-accent underline"
          >
            commands, logs, messages and data as JSON
          </a>{" "}
          first.
        </p>
        <ConfirmDialog
          trigger={
            <Button variant="danger">
              <Trash2 aria-hidden /> Delete bot…
            </Button>
          }
          title={`Delete ${bot.name}`}
          consequence="Deletes the bot and everything stored about it. You cannot undo this."
          verb="Delete bot"
          typeToConfirm={bot.name}
          onConfirm={async () => {
            await remove.mutateAsync(bot.id);
            toast.success(`${bot.name} deleted`);
            router.push("/dashboard/bots");
          }}
        />
      </div>
    </Card>
  );
}
