/** Document 004, wired to the rooms it is a view of. */

import { now } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { VERSION } from "@/lib/core/startup/version";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { CommandsRoom } from "@/lib/fleet/commands";
import { createBsService } from "./service";

/** Builds the room. Call once per process. */
export const createBotServer = ({ bots, commands }: Pick<BotsRoom, "bots"> & Pick<CommandsRoom, "commands">) => ({
  bs: createBsService({ bots, commands, now, version: VERSION, open: env.OPEN_BOT_API }),
});

/** The accepted callers: anybody in open mode; a route adds `bot` where a bot's own token is accepted. */
export const callers = (bot: "bot" | "noBot") =>
  ["user", ...(bot === "bot" ? (["bot"] as const) : []), ...(env.OPEN_BOT_API ? (["public"] as const) : [])] as const;
