"use client";
import { Eye, EyeOff, RefreshCw } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { errorToast, toast } from "@/app/_ui/toast";
import { ConnectGuide } from "@/app/(console)/dashboard/bots/_list/connect-guide";
import { platformOf } from "@/app/(console)/dashboard/bots/_list/platform";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useRegenerateBotToken, useRevealBotToken } from "@/lib/fleet/bots/queries.manage";

/** The bot's token, hidden until requested. It is replaced only after a dialog has explained the consequence. */
export function TokenTab({ bot }: { bot: Bot }) {
  const reveal = useRevealBotToken(bot.id);
  const regenerate = useRegenerateBotToken(bot.id);
  const [token, setToken] = useState<string | null>(null);
  const show = () =>
    reveal.mutate(undefined, { onSuccess: (reply) => setToken(reply.token), onError: (error) => errorToast(error) });
  return (
    <Card className="max-w-3xl">
      <CardHeader>
        <CardTitle>Token</CardTitle>
        <div className="flex gap-2">
          {token === null ? (
            <Button size="sm" loading={reveal.isPending} onClick={show}>
              <Eye aria-hidden /> Reveal
            </Button>
          ) : (
            <Button size="sm" onClick={() => setToken(null)}>
              <EyeOff aria-hidden /> Hide
            </Button>
          )}
          <ConfirmDialog
            trigger={
              <Button size="sm">
                <RefreshCw aria-hidden /> Regenerate
              </Button>
            }
            title={`Regenerate token of ${bot.name}`}
            consequence="The current token stops working immediately. The bot is disconnected until you start it with the new token."
            verb="Regenerate token"
            onConfirm={async () => {
              const reply = await regenerate.mutateAsync();
              setToken(reply.token);
              toast.success("Token regenerated. The old token no longer works.");
            }}
          />
        </div>
      </CardHeader>
      <div className="p-4">
        {token === null ? (
          <>
            <HiddenToken />
            <p className="mt-2 text-[13px] text-muted">
              Anyone with this token can act as the bot: fetch its commands and write its logs. Reveal the token to copy
              it or to see how to connect. Regenerating it disconnects the bot until you start it with the new token.
            </p>
          </>
        ) : (
          <ConnectGuide botId={bot.id} token={token} platform={platformOf(bot)} />
        )}
      </div>
    </Card>
  );
}

function HiddenToken() {
  return (
    <p className="rounded-md border border-line bg-bg p-3 font-mono text-[13px] text-faint">
      <span aria-hidden>••••••••••••••••••••••••••••••••</span>
      <span className="sr-only">The token is hidden</span>
    </p>
  );
}
