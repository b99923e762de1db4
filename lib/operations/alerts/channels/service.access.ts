/** Checks that a person may read or change a channel. */
import { type Actor, asUser } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { seesAll } from "@/lib/identity/access";
import type { ChannelStore } from "./store";
import type { ChannelRow } from "./store.rows";

/** @throws NOT_FOUND the channel belongs to somebody else, FORBIDDEN only admins may change a global channel */
export async function accessibleChannel(
  { store }: { store: Pick<ChannelStore, "get"> },
  actor: Actor,
  id: string,
  scope: "read" | "operate" = "operate",
): Promise<ChannelRow> {
  const user = asUser(actor, scope);
  const channel = await store.get(id);
  const isGlobal = channel?.global === 1;
  if (!channel || !(isGlobal ? seesAll(user) : channel.owner_id === user.user_id))
    throw new AppError("NOT_FOUND", `No alert channel ${id}`);
  if (isGlobal && user.role !== "admin" && scope !== "read")
    throw new AppError("FORBIDDEN", "Only an admin can change the server's channels");
  return channel;
}
