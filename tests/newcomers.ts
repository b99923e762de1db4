/** People without a password, in the tests of the accounts room. */
import type { UserActor } from "@/lib/core/actor";
import { CLIENT, type World } from "./accounts";

/** Signs in a person who comes by Discord for the first time, and so has no password. */
export async function newcomer(world: World, name: string): Promise<{ id: number; actor: UserActor }> {
  const person = {
    provider: "discord",
    id: `id-of-${name}`,
    username: name,
    discriminator: "0",
    avatar: null,
  } as const;
  const address = { email: `${name}@example.org`, emailVerified: true, fullname: "" };
  const came = await world.provider.signInBy({ ...person, ...address }, undefined, CLIENT);
  if (typeof came === "string" || "ticket" in came) throw new Error(`refused: ${JSON.stringify(came)}`);
  return { id: came.reply.user.id, actor: (await world.identity.bySessionToken(came.sessionToken)) as UserActor };
}
