/** Resolvers of webhooks. Each calls the service of the REST route of that name. */
import type { App } from "@/lib/app";
import { type Context, owning } from "@/lib/edge/graphql/context";
import { checked, nodesOf, numbered, type PageArgs, paging } from "@/lib/edge/graphql/page";
import {
  createWebhook,
  listWebhookDeliveries,
  listWebhooks,
  replayWebhook,
  rotateWebhookSecret,
  updateWebhook,
} from "@/lib/operations/webhooks/contract";

type Args = Record<string, unknown>;
type Id = { id: string };
type OfWebhook = { webhookId: string };

const query = ({ webhooks }: App) => ({
  async webhooks(_: unknown, { teamId, ...args }: PageArgs & { teamId?: string | null }, { actor }: Context) {
    const page = await webhooks.list(actor, checked(listWebhooks.query, { ...paging(args), teamId }));
    return nodesOf(page.webhooks, page.next_cursor);
  },
  webhook: (_: unknown, { id }: Id, { actor }: Context) => webhooks.get(actor, id),
  async webhookDeliveries(
    _: unknown,
    { webhookId, first, after, ...filter }: PageArgs & OfWebhook & Args,
    { actor }: Context,
  ) {
    const asked = checked(listWebhookDeliveries.query, { ...filter, ...paging({ first, after }) });
    const page = await webhooks.deliveries(actor, webhookId, asked);
    return nodesOf(page.deliveries, page.next_cursor);
  },
  webhookDelivery: (_: unknown, { webhookId, id }: OfWebhook & Id, { actor }: Context) =>
    webhooks.delivery(actor, webhookId, id),
});

type Owned = Args & { teamId?: string | null; ofServer?: boolean | null };
type Change = Id & Args & { allBots?: boolean | null; anyTag?: boolean | null };

const mutation = ({ webhooks }: App) => ({
  createWebhook: owning(async (_, { ofServer, ...args }: Owned, { actor }) => {
    const input = checked(createWebhook.body, numbered(args));
    const made = await webhooks.create(actor, ofServer ? { ...input, team_id: null } : input);
    return { success: true, ...made };
  }),
  updateWebhook: owning(async (_, { id, allBots, anyTag, ...args }: Change, { actor }) => {
    const { version, ...change } = checked(updateWebhook.body, args);
    const limits = { ...(allBots && { bots: null }), ...(anyTag && { tag: null }) };
    return { success: true, webhook: await webhooks.update(actor, id, { ...change, ...limits }, version) };
  }),
  deleteWebhook: owning(async (_, { id }: Id, { actor }) => {
    await webhooks.remove(actor, id);
    return { success: true, message: "Webhook deleted" };
  }),
  rotateWebhookSecret: owning(async (_, { id, ...args }: Id & Args, { actor }) => {
    const { overlap_hours } = checked(rotateWebhookSecret.body, args);
    return { success: true, ...(await webhooks.rotate(actor, id, overlap_hours)) };
  }),
  testWebhook: owning((_, { id }: Id, { actor }) => webhooks.test(actor, id)),
  replayWebhook: owning(async (_, { id, ...args }: Id & Args, { actor }) => ({
    success: true,
    ...(await webhooks.replay(actor, id, checked(replayWebhook.body, args).from)),
  })),
  redeliverWebhook: owning(async (_, { webhookId, id }: OfWebhook & Id, { actor }) => ({
    success: true,
    delivery: await webhooks.redeliver(actor, webhookId, id),
  })),
});

export const webhooking = (app: App) => ({ query: query(app), mutation: mutation(app) });
