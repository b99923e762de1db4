/** The schema: SDL and resolvers in one. What it prints is kept in schema.graphql, and a test compares the two. */
import { type GraphQLFieldResolver, type GraphQLResolveInfo, isObjectType } from "graphql";
import { createSchema } from "graphql-yoga";
import type { App } from "@/lib/app";
import type { Feature } from "@/lib/core/settings/contract";
import { limitFields } from "./areas";
import { asPerson, type Context } from "./context";
import { read } from "./page";
import { proved } from "./proofs";
import { recorded } from "./record";
import { alerting } from "./resolvers/alerts";
import { backup } from "./resolvers/backups";
import { changes } from "./resolvers/changes";
import { domain } from "./resolvers/domain";
import { inbox } from "./resolvers/inbox";
import { inviting } from "./resolvers/invitations";
import { original } from "./resolvers/original";
import { peopleAdmin } from "./resolvers/people";
import { scheduling } from "./resolvers/schedules";
import { pluginAdmin, server } from "./resolvers/server";
import { teamwork } from "./resolvers/teams";
import { transfers } from "./resolvers/transfers";
import { webhooking } from "./resolvers/webhooks";
import { JSON_SCALAR, takeLargeIntegers } from "./scalars";
import { ALERTS_SDL } from "./sdl/alerts";
import { DOMAIN_SDL } from "./sdl/domain";
import { DOMAIN_TYPES_SDL } from "./sdl/domain.types";
import { DOCUMENT_SDL } from "./sdl/index";
import { OPERATIONS_SDL } from "./sdl/operations";
import { ORIGINAL_SDL } from "./sdl/original";
import { PEOPLE_SDL } from "./sdl/people";
import { SCHEDULES_SDL } from "./sdl/schedules";
import { TEAMS_SDL } from "./sdl/teams";
import { WEBHOOKS_SDL } from "./sdl/webhooks";
import { describeFields } from "./shapes";
import { domainSubscriptions } from "./subscriptions";

/**
 * The fields that a bot's own token may read: itself, and the rows that the services count as its own. A bot cannot run
 * mutations or subscriptions: REST and Socket.IO deliver commands under leases, and another way without leases would
 * lose some. All other fields are for people.
 */
const BOTS_TOO = new Set(["bot", "command", "commands", "logs", "messages", "ticket", "tickets"]);

type Field = (parent: unknown, args: never, context: Context, info: GraphQLResolveInfo) => unknown;

/**
 * Wraps root fields with their access check and, for a feature that may be switched off, with a check that it is on.
 */
function guarded({ config }: App, fields: Record<string, Field>, feature?: Feature): Record<string, Field> {
  const guard =
    (name: string, resolve: Field): Field =>
    async (parent, args, context, info) => {
      if (!BOTS_TOO.has(name)) asPerson(context.actor);
      if (feature) await config.demand(feature);
      return resolve(parent, args, context, info);
    };
  return Object.fromEntries(Object.entries(fields).map(([name, resolve]) => [name, guard(name, resolve)]));
}

/** The schema as text; fields that a contract describes have no description here. */
export const TYPE_DEFS = [
  DOCUMENT_SDL,
  DOMAIN_SDL,
  DOMAIN_TYPES_SDL,
  OPERATIONS_SDL,
  TEAMS_SDL,
  PEOPLE_SDL,
  ALERTS_SDL,
  SCHEDULES_SDL,
  ORIGINAL_SDL,
  WEBHOOKS_SDL,
];

/** The schema with every field answered. */
export function buildSchema(app: App) {
  const rooms = {
    ...{ server: server(app), domain: domain(app), inbox: inbox(app), changes: changes(app) },
    ...{ transfers: transfers(app), alerting: alerting(app), backup: backup(app), pluginAdmin: pluginAdmin(app) },
    ...{ original: original(app), teamwork: teamwork(app), inviting: inviting(app), webhooking: webhooking(app) },
    ...{ scheduling: scheduling(app), people: peopleAdmin(app) },
  };
  const mutations = {
    ...guarded(app, {
      ...rooms.server.mutation,
      ...rooms.changes,
      ...rooms.inbox.mutation,
      ...rooms.teamwork.mutation,
      ...rooms.inviting.mutation,
      ...rooms.webhooking.mutation,
      ...rooms.scheduling.mutation,
      ...rooms.people.mutation,
    }),
    ...guarded(app, rooms.transfers.mutation, "transfers"),
    ...guarded(app, rooms.alerting.mutation, "alerts"),
    ...guarded(app, rooms.backup.mutation, "backups"),
    ...guarded(app, rooms.pluginAdmin.mutation, "plugins"),
  };
  const schema = createSchema<Context>({
    typeDefs: TYPE_DEFS,
    resolvers: {
      JSON: JSON_SCALAR,
      Query: {
        ...guarded(app, {
          ...rooms.server.query,
          ...rooms.domain.query,
          ...rooms.inbox.query,
          ...rooms.teamwork.query,
          ...rooms.inviting.query,
          ...rooms.webhooking.query,
          ...rooms.scheduling.query,
          ...rooms.people.query,
          ...rooms.original.query,
        }),
        ...guarded(app, rooms.transfers.query, "transfers"),
        ...guarded(app, rooms.alerting.query, "alerts"),
        ...guarded(app, rooms.backup.query, "backups"),
        ...guarded(app, rooms.pluginAdmin.query, "plugins"),
      },
      Mutation: recorded(app, proved(app, mutations)),
      Subscription: { ...rooms.server.subscription, ...rooms.transfers.subscription, ...domainSubscriptions(app) },
      ...rooms.domain.types,
      ...rooms.original.types,
    },
  });
  takeLargeIntegers(schema);
  describeFields(schema);
  const byName: GraphQLFieldResolver<unknown, Context> = (source, _args, _context, { fieldName }) =>
    read(source, fieldName);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) field.resolve ??= byName;
  }
  limitFields(schema);
  return schema;
}
