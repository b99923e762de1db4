/** The webhooks' room on the open database, with a receiver and a clock that tests set. */
import { createBrokers } from "@/lib/core/brokers";
import { transaction } from "@/lib/core/db";
import type { OutboundReply, OutboundRequest } from "@/lib/core/outbound/index";
import { addFacts, setInterests } from "@/lib/core/outbox";
import type { FactKind } from "@/lib/core/outbox/contract";
import { seal, unseal } from "@/lib/core/secrets";
import { createAddressCheck } from "@/lib/operations/webhooks/addresses";
import { createWebhook } from "@/lib/operations/webhooks/contract";
import { createWebhookJobs } from "@/lib/operations/webhooks/jobs";
import { createSender } from "@/lib/operations/webhooks/sender";
import { createWebhookService } from "@/lib/operations/webhooks/service";
import { createDeliveryService } from "@/lib/operations/webhooks/service.deliveries";
import { createWebhookStore } from "@/lib/operations/webhooks/store";
import { actor } from "@/tests/actors";
import { testQuotas } from "@/tests/quotas";
import { someJobs } from "@/tests/scheduler";
import type { TestDatabase } from "./databases";

type Answer = (n: number | undefined) => Partial<OutboundReply>;
type Fact = { bot_id?: string | null; bot_ids?: string[]; team_id?: number; kind?: FactKind };

/** The person who owns the webhooks, unless a test says otherwise. */
export const person = actor(1);

/** Builds the room. `receiver.answer` decides what each request is answered, by the number in its fact. */
export function createWebhookBench() {
  const clock = { at: 0 };
  const now = () => clock.at;
  let serial = 0;
  const newId = (prefix: string) => `${prefix}_${++serial}`;
  const requests: { url: string; options: OutboundRequest; body: { type: string; data: { n?: number } } }[] = [];
  const receiver: { answer: Answer } = { answer: () => ({}) };
  const notices: string[] = [];
  const store = createWebhookStore();
  const brokers = createBrokers();
  const common = {
    ...{ store, seal, unseal, now, newId, brokers, hasAny: () => true, random: () => 0.5 },
    outbound: async (url: string, options: OutboundRequest): Promise<OutboundReply> => {
      const body = JSON.parse(String(options.body));
      requests.push({ url, options, body });
      return { headers: {}, body: Buffer.alloc(0), url, status: 200, ...receiver.answer(body.data.n) };
    },
  };
  const refresh = async () => setInterests(await store.interests());
  const sender = createSender({
    ...{ ...common, jobs: someJobs({ isStrict: true }) },
    onDisabled: async ({ name }) => notices.push(`disabled ${name}`),
  });
  const chores = new Map<string, () => Promise<unknown>>();
  createWebhookJobs({
    ...{ ...common, sender, refresh, stop: brokers.close },
    jobs: {
      every: ({ name, run }) => {
        chores.set(name, async () => run({ signal: new AbortController().signal }));
        return { name, start() {}, async stop() {}, wake() {} };
      },
    },
    onRecovered: async ({ name }) => notices.push(`recovered ${name}`),
  });
  const service = createWebhookService({
    ...common,
    quotas: testQuotas(),
    bots: { getMany: async (_, ids) => new Map(ids.map((id) => [id, { id, team_id: id === "foreign" ? 2 : 1 }])) },
    checkAddress: createAddressCheck({ refuseForbidden: async () => {} }),
    announceChange: refresh,
  });
  const log = createDeliveryService({ ...common, wake() {} });

  const add = (input: object = {}, by = person) =>
    service.create(
      by,
      createWebhook.body.parse({
        ...{ name: "Hook", url: "https://hooks.example.org/a?key=1", kinds: ["command.completed"], ...input },
      }),
    );
  const note = (n: number, { bot_id = "b1", team_id = 1, kind = "command.completed", ...bots }: Fact = {}) =>
    transaction((trx) =>
      addFacts(trx, [{ kind, bot_id, team_id, subject: `c${n}`, at: clock.at, data: { n }, ...bots }]),
    );
  const routed = () => chores.get("webhooks.route")!();
  const deliver = async () => {
    await routed();
    await sender.settled();
  };
  const sent = () => requests.map(({ body }) => body.data.n);
  const states = async (id: string) => {
    const { deliveries } = await log.deliveries(person, id, { limit: 100 });
    return deliveries.map(({ status }) => status).reverse();
  };
  const stateOf = async (id: string, by = person) => (await service.get(by, id)).state;
  /** Empties the tables, and starts the clock and the receiver again. */
  const reset = async (room: TestDatabase) => {
    for (const table of ["webhook_delivery", "webhook", "outbox_fact"]) await room.run(`DELETE FROM ${table}`);
    Object.assign(clock, { at: 1_800_000_000_000 });
    requests.length = notices.length = 0;
    receiver.answer = () => ({});
    await refresh();
  };
  return {
    ...{ clock, now, newId, requests, receiver, notices, store, sender, chores, service, log },
    ...{ brokers, add, note, routed, deliver, sent, states, stateOf, reset },
  };
}
