/** The dependencies of the queue's services, and what several of them share. */
import type { z } from "zod";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { ManifestsRoom } from "@/lib/fleet/manifests";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { Command, FailCause } from "./contract";
import type { Delivery } from "./delivery/delivery";
import type { CommandStore } from "./store";

export type Deps = {
  store: CommandStore;
  delivery: Delivery;
  bots: Pick<BotsRoom["bots"], "reach" | "seen" | "hasSocket" | "get" | "list">;
  /** The commands that bots declared in their manifests. */
  manifests: Pick<ManifestsRoom["manifests"], "check" | "newBatch">;
  /** Returns names of accounts by id. */
  usernames?: AccountsRoom["accounts"]["usernames"];
  /** Returns the teams that own bots, by the bot's id. */
  botTeams?: (botIds: string[]) => Promise<Map<string, number | null>>;
  emit: Emit;
  now: Clock;
  newId: () => string;
  /** Names this process in the commands that it pushes. */
  self: string;
  /** Returns those of the processes that no longer run. */
  gone: (processes: string[]) => Promise<string[]>;
  /** Returns the number of other processes. */
  others?: () => number;
  /** Returns whether the bot is connected to another process. */
  connectedElsewhere?: (botId: string) => boolean;
};

export type Reason = NonNullable<Command["reason"]>;
export type Cause = z.output<typeof FailCause>;

/** Creates the error that refuses a change to a settled command, with that command in `details`. */
export const settledAlready = (command: Command) =>
  new AppError("CONFLICT", `Command ${command.id} is already ${command.reason ?? command.status}`, { command });
