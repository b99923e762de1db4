/** Records mutations in the audit log, as route() does for REST. */
import type { GraphQLResolveInfo } from "graphql";
import type { App } from "@/lib/app";
import { type ActTarget, currentContext, withinContext } from "@/lib/core/acts";
import { auditScopeOf } from "@/lib/identity/audit/contract.scope";
import type { Context } from "./context";

type Args = Record<string, unknown>;
type Field = (parent: unknown, args: never, context: Context, info: GraphQLResolveInfo) => unknown;

/** The arguments that name what a mutation changes, and the kind of thing they name. `id` is named by the mutation. */
const NAMING: [argument: string, type: string][] = [
  ["ticketId", "ticket"],
  ["filename", "backup"],
  ["pluginName", "plugin"],
  ["service", "service"],
  ["botId", "bot"],
  ["taskId", "task"],
  ["teamId", "team"],
];

const text = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

function targetOf(name: string, args: Args): ActTarget | undefined {
  const bot_id = text(args.botId) ?? null;
  for (const [argument, type] of NAMING) {
    const id = text(args[argument]);
    if (id !== undefined) return { type, id, bot_id };
  }
  const id = text(args.id);
  // `acknowledgeAlert` names an alert.
  const type = name.replace(/^[a-z]+/, "").replace(/(?<=[a-z])(?=[A-Z])/g, "_");
  return id === undefined ? undefined : { type: type.toLowerCase() || "object", id, bot_id };
}

/** Wraps the mutations: each runs as an act of its own, within the request that brought it. */
export function recorded<F extends Record<string, Field>>({ audit }: App, mutations: F): Record<string, Field> {
  return Object.fromEntries(
    Object.entries(mutations).map(([name, resolve]) => {
      const { people } = auditScopeOf({ id: name, method: "POST" });
      const run: Field = (parent, args, context, info) =>
        withinContext({ ...currentContext(), actor: context.actor }, () => {
          const work = () => resolve(parent, args, context, info);
          const performed = { action: name, target: targetOf(name, args), fields: Object.keys(args) };
          return people ? audit.perform(performed, work) : audit.watch(performed, work);
        });
      return [name, run];
    }),
  );
}
