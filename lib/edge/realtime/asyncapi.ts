/** AsyncAPI 3.0, generated from the table of events: the counterpart of OpenAPI for what is sent without a request. */
import { env } from "@/lib/core/env";
import { once } from "@/lib/core/once";
import { VERSION } from "@/lib/core/startup/version";
import { Schemas } from "@/lib/edge/http/openapi.schemas";
import { type EventRow, SOCKET_CALLS, SOCKET_EVENTS, WEBHOOKS, WS_CALLS, WS_EVENTS } from "./events.table";

type Json = Record<string, unknown>;

type Channel = {
  id: string;
  address: string | null;
  title: string;
  description: string;
  sends: readonly EventRow[];
  receives: readonly EventRow[];
};

const CHANNELS: readonly Channel[] = [
  {
    id: "socketIo",
    address: "/socket.io/",
    title: "Socket.IO",
    description:
      "For bots and the console. A bot authenticates with `auth: { bot_id, token }`, a person with a session, an API key or `auth: { token }`.",
    sends: SOCKET_EVENTS,
    receives: SOCKET_CALLS,
  },
  {
    id: "ws",
    address: "/ws",
    title: "Plain WebSocket",
    description: "JSON texts with a `type`. Authenticate as for the API, or within ten seconds by the first message.",
    sends: WS_EVENTS,
    receives: WS_CALLS,
  },
  {
    id: "webhooks",
    address: null,
    title: "Webhooks",
    description:
      "POST requests to addresses that people set, with the headers webhook-id, webhook-timestamp and webhook-signature.",
    sends: WEBHOOKS,
    receives: [],
  },
];

const pascal = (text: string) => text.replace(/(^|_)(\w)/g, (_, __, letter: string) => letter.toUpperCase());

/** Messages of a channel in one direction by their key, which differs from the name where two shapes share it. */
function messagesOf(schemas: Schemas, channel: Channel, direction: "sends" | "receives"): Record<string, Json> {
  const result: Record<string, Json> = {};
  for (const { name, about, shape } of channel[direction]) {
    const key = result[name] ? `${name}_of_ticket` : name;
    const schema = schemas.named(
      `${pascal(channel.id)}${pascal(key)}${direction === "sends" ? "Event" : "Call"}`,
      shape,
      direction === "sends" ? "output" : "input",
    );
    result[key] = { name, title: name, summary: about, contentType: "application/json", payload: schema };
  }
  return result;
}

function build(): { asyncapi: string } & Json {
  const schemas = new Schemas();
  const channels: Json = {};
  const operations: Json = {};
  for (const channel of CHANNELS) {
    const ours = messagesOf(schemas, channel, "sends");
    const theirs = messagesOf(schemas, channel, "receives");
    const callKey = (key: string) => `call_${key}`;
    channels[channel.id] = {
      address: channel.address,
      title: channel.title,
      description: channel.description,
      messages: {
        ...ours,
        ...Object.fromEntries(Object.entries(theirs).map(([key, message]) => [callKey(key), message])),
      },
    };
    const refs = (keys: string[]) => keys.map((key) => ({ $ref: `#/channels/${channel.id}/messages/${key}` }));
    const add = (action: "send" | "receive", keys: string[], summary: string) => {
      if (keys.length > 0)
        operations[`${channel.id}${pascal(action)}`] = {
          action,
          channel: { $ref: `#/channels/${channel.id}` },
          summary,
          messages: refs(keys),
        };
    };
    add("send", Object.keys(ours), "What the server sends");
    add("receive", Object.keys(theirs).map(callKey), "What a client sends");
  }
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Muster events",
      version: VERSION,
      description: "What Muster sends without a request, and what it takes on the same connections.",
      license: { name: "MIT" },
    },
    ...(env.PUBLIC_URL && {
      servers: {
        this: {
          host: new URL(env.PUBLIC_URL).host,
          protocol: new URL(env.PUBLIC_URL).protocol === "https:" ? "wss" : "ws",
        },
      },
    }),
    defaultContentType: "application/json",
    channels,
    operations,
    components: { schemas: schemas.all },
  };
}

/** The document, built once per process. */
export const asyncApi = once(async () => build());
