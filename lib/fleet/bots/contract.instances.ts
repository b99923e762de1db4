/** Contract of the programs that run as one bot (docs/decisions/004). */
import { z } from "zod";
import { type Operation, Time } from "@/lib/core/contract";
import { BotParams } from "./contract";
import { Part } from "./contract.shards";

/** The name of a running program of a bot: any short text that differs from start to start. */
export const InstanceId = z.string().regex(/^[\w.:-]{1,64}$/, { error: "must be 1 to 64 letters, digits or . _ : -" });

/** One program that runs as a bot. Two programs that hold the same part are a mistake, or a sign of a leaked token. */
export const BotInstance = z
  .object({
    instance: z.string(),
    epoch: z.number().int().meta({ description: "Grows with every new instance of the bot." }),
    address: z.string(),
    since: Time,
    version: z.string().nullable(),
    via: z.enum(["socket", "http"]),
    declared: z.boolean().meta({
      description: "It sends its own ID (auth.instance, X-Bot-Instance), so that it can be distinguished and rejected.",
    }),
    part: Part.nullable().meta({ description: "The shards it holds (auth.part, X-Bot-Part); null: all of the bot." }),
  })
  .meta({ id: "BotInstance" });
export type BotInstance = z.infer<typeof BotInstance>;

const InstanceList = z.object({
  bot_id: z.string(),
  conflict: z
    .boolean()
    .meta({ description: "True when two of these hold the same part: one of them has to be disconnected." }),
  parts: z
    .array(z.object({ shards: z.array(z.number().int()), of: z.number().int(), status: z.string() }))
    .meta({ description: "The last report of each part; empty for a bot that runs as one program." }),
  instances: z.array(BotInstance),
  refused: z.array(z.object({ instance: z.string(), until: Time })),
});

export const listInstances = {
  id: "listInstances",
  method: "GET",
  path: "/api/bot/{bot_id}/instances",
  summary: "List the running instances of a bot",
  description:
    "Lists the instances that the responding process knows. `conflict` means that a token is used twice: programs that name disjoint parts (`auth.part`, `X-Bot-Part: 0,1/4`) live side by side.",
  document: "muster",
  params: BotParams,
  response: InstanceList,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const keepInstance = {
  id: "keepInstance",
  method: "POST",
  path: "/api/bot/{bot_id}/instances/{instance}/keep",
  summary: "Keep one instance of a bot and reject the others",
  description:
    "The others are disconnected with code SUPERSEDED and rejected for an hour, or until the token is regenerated. An instance without an ID of its own can be disconnected but not kept out: regenerate the token to lock it out.",
  document: "muster",
  params: BotParams.extend({ instance: z.string().max(128) }),
  response: InstanceList,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

/** Facts that processes send to each other, and that are shown to people. */
declare module "@/lib/core/bus" {
  interface Facts {
    /** An instance has become live in the sending process, or has ended there. */
    "bot.instance": { bot_id: string; team_id: number | null; instance: BotInstance; live: boolean };
    /**
     * All instances that are live in the sending process, in batches, and all refused instances; `until` in epoch ms.
     */
    "bot.instances_here": {
      instances: { bot_id: string; team_id: number | null; instance: BotInstance }[];
      refused: { bot_id: string; instance: string; until: number }[];
    };
    /** Two instances have begun to run as the same bot, or have stopped doing so. */
    "bot.instances": { bot_id: string; team_id: number | null; instances: BotInstance[] };
    /** A person kept one instance: the instances listed here are disconnected and refused until `until` (epoch ms). */
    "bot.superseded": { bot_id: string; instances: string[]; until: number };
  }
}
