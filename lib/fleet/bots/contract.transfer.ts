/** Contract of moving a bot to another team or person. Our own ("muster"). */
import { z } from "zod";
import { Name, type Operation, Success } from "@/lib/core/contract";
import { Bot, BotParams } from "./contract";

const Id = z
  .number()
  .int()
  .min(1)
  .max(2 ** 31 - 1);

export const transferBot = {
  id: "transferBot",
  method: "POST",
  path: "/api/my-bots/{bot_id}/transfer",
  summary: "Give a bot to another team or person",
  description:
    "Needs the role `owner` on the bot, and `maintainer` in the team that gets it. The bot keeps its token, commands, logs and messages. It is no longer shared with anybody. Only an admin gives a bot to an admin, because bots of admins read the server's configuration. Lists over several bots may leave out its older rows for a moment.",
  document: "muster",
  proof: "fresh",
  params: BotParams,
  body: z.object({
    team_id: Id.optional(),
    user_id: Id.optional(),
    username: Name(64).optional().meta({ description: "In place of user_id." }),
  }),
  response: Success.extend({ bot: Bot }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
  example: { body: { username: "ada" } },
} as const satisfies Operation;

declare module "@/lib/core/bus" {
  interface Facts {
    /** A bot went to another team: cached copies of the bot and of its token's identity are out of date. */
    "bot.moved": { bot: Bot };
  }
}
