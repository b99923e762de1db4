/** Document 004, wired to the rooms it is a view of. */
import { bots } from "@/lib/bots";
import { now } from "@/lib/clock";
import { commands } from "@/lib/commands";
import { env } from "@/lib/env";
import { singleton } from "@/lib/singleton";
import { VERSION } from "@/lib/version";
import { createBsService } from "./service";

export const bs = singleton("bs", () =>
  createBsService({ bots, commands, now, version: VERSION, open: env.OPEN_BOT_API }),
);

/** Who may call: in open mode anybody; a route adds `bot` where a bot may. */
export const callers = (bot: "bot" | "noBot") =>
  ["user", ...(bot === "bot" ? (["bot"] as const) : []), ...(env.OPEN_BOT_API ? (["public"] as const) : [])] as const;
