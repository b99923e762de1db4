/** The context of resolvers: the actor, and look-ups that are batched into one read per tick. */
import type { GraphQLParams } from "graphql-yoga";
import type { App } from "@/lib/app";
import { type Actor, asAdmin, asStaff, asUser, type UserActor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import type { Bot } from "@/lib/fleet/bots/contract";

export type Caller = Exclude<Actor, { kind: "public" }>;

export type Context = {
  actor: Caller;
  /** The parsed request, if it came over HTTP. */
  asked?: GraphQLParams;
  /** A bot the actor may see; null otherwise. */
  bot(id: string): Promise<Bot | null>;
  /** A user's name; null when there is none. */
  username(id: number): Promise<string | null>;
};

/**
 * Batches the calls of one tick into one call of `many`. Results are not cached, because a subscription's context lives
 * long.
 */
export function loader<K, V>(many: (keys: K[]) => Promise<Map<K, V>>): (key: K) => Promise<V | null> {
  let batch: { keys: Set<K>; found: Promise<Map<K, V>> } | undefined;
  return async (key) => {
    if (!batch) {
      const keys = new Set<K>();
      // Resolvers of one level run in microtasks, so after those all keys are known.
      const found = yieldToEventLoop().then(() => {
        batch = undefined;
        return many([...keys]);
      });
      batch = { keys, found };
    }
    batch.keys.add(key);
    return (await batch.found).get(key) ?? null;
  };
}

export const contextOf = ({ accounts, bots }: App, actor: Caller): Context => ({
  actor,
  bot: loader((ids) => bots.getMany(actor, ids)),
  username: loader(accounts.usernames),
});

/** @throws AppError FORBIDDEN for a bot's token */
export function asPerson(actor: Actor): UserActor {
  if (actor.kind === "bot") throw new AppError("FORBIDDEN", "A bot's token may not do this");
  return asUser(actor);
}

type Resolve<A, C = Context> = (parent: unknown, args: A, context: C) => unknown;
const need =
  (check: (actor: Actor) => UserActor) =>
  <A>(resolve: Resolve<A, Context & { actor: UserActor }>): Resolve<A> =>
  (parent, args, context) =>
    resolve(parent, args, { ...context, actor: check(context.actor) });
/** Limits a field to the actors of its REST route. */
export const forUser = need(asPerson);
export const forStaff = need((actor) => asStaff(actor));
/** For mutations: the credential must have the scope `operate`. */
export const operating = need((actor) => asUser(actor, "operate"));
/** For actions that need a session or a key with the scope `admin`, even when an admin's key has only `operate`. */
export const owning = need((actor) => asUser(actor, "admin"));
export const operatingAsAdmin = need((actor) => asAdmin(actor, "operate"));
export const administrating = need((actor) => asAdmin(actor, "admin"));
