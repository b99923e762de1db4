/** Checks that a person may read or change a channel. */
import { type Actor, asUser } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { demandOwned } from "@/lib/operations/alerts/service.owners";
import type { ChannelStore } from "./store";
import type { ChannelRow } from "./store.rows";

/** @throws NOT_FOUND the caller may not see the channel; FORBIDDEN the caller may not change it, as `demandOwned` says */
export async function accessibleChannel(
  { store }: { store: Pick<ChannelStore, "get"> },
  actor: Actor,
  id: string,
  scope: "read" | "operate" = "operate",
): Promise<ChannelRow> {
  const user = asUser(actor, scope);
  const channel = await store.get(id);
  const missing = new AppError("NOT_FOUND", `No alert channel ${id}`);
  if (!channel) throw missing;
  demandOwned(
    user,
    { team_id: channel.team_id, isGlobal: channel.global === 1 },
    { ...{ scope, missing }, what: "channels" },
  );
  return channel;
}
