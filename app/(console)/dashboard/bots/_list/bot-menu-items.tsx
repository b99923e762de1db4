"use client";
import { KeyRound, RotateCw, ScrollText, Send, Settings, Square } from "lucide-react";
import { MenuItem, MenuSeparator } from "@/app/_ui/menu";
import { botHref } from "@/app/(console)/dashboard/_shared/bot-link";
import type { usePowerAction } from "@/app/(console)/dashboard/bots/_detail/power";
import type { Bot } from "@/lib/fleet/bots/contract";

type BotMenuItemsProps = { bot: Bot; power: ReturnType<typeof usePowerAction> };

/** Offers what can be done with the bot of a row. Loaded when the first menu opens. */
export function BotMenuItems({ bot, power }: BotMenuItemsProps) {
  return (
    <>
      <MenuItem icon={<Send />} href={botHref(bot.id)}>
        Send command
      </MenuItem>
      <MenuItem icon={<ScrollText />} href={botHref(bot.id, "logs")}>
        Logs
      </MenuItem>
      <MenuItem icon={<Settings />} href={botHref(bot.id, "settings")}>
        Settings
      </MenuItem>
      <MenuItem icon={<KeyRound />} href={botHref(bot.id, "token")}>
        Token
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<RotateCw />} onSelect={() => power.restart()}>
        Restart
      </MenuItem>
      <MenuItem
        icon={<Square />}
        tone="danger"
        disabled={power.stopReason !== null}
        onSelect={() => power.askStop(true)}
      >
        {power.stopReason ? `Stop (${power.stopReason})` : "Stop…"}
      </MenuItem>
    </>
  );
}
