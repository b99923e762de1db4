"use client";
import { useState } from "react";
import { usePowerRequest } from "@/app/_shell/use-power-request";
import { lazyPart } from "@/app/_ui/lazy-part";
import { errorToast } from "@/app/_ui/toast";
import type { Bot } from "@/lib/fleet/bots/contract";

/** Restarts or stops a bot with a queued command. The action shows as requested until the bot acknowledges it. */
export function usePowerAction(bot: Bot) {
  const { run, busy } = usePowerRequest();
  const [asking, askStop] = useState(false);
  return {
    asking,
    askStop,
    busy,
    restart: () => void run(bot, "restart").catch((error: unknown) => errorToast(error)),
    stop: () => run(bot, "stop"),
    /** Why the bot cannot be stopped now; null when it can. */
    stopReason: bot.status === "offline" ? "already offline" : null,
    restartReason: bot.last_active === null ? "never connected yet" : null,
  };
}

const Confirm = lazyPart(() => import("./power-confirm").then((part) => part.PowerConfirm));

type PowerConfirmProps = { bot: Bot; power: ReturnType<typeof usePowerAction> };

/** The question before a bot is stopped, loaded when it is asked. */
export const PowerConfirm = ({ bot, power }: PowerConfirmProps) =>
  power.asking ? <Confirm bot={bot} power={power} /> : null;
