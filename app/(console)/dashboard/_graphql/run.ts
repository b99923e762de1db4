/** Sends the playground's operation. Queries and mutations answer JSON, subscriptions answer server-sent events. */
import { pageHeaders } from "@/lib/client/session";
import { readJson, writeJson } from "@/lib/core/format/json";

export type Asked = { query: string; variables: unknown; token: string };

const SUBSCRIPTION = /^\s*(#.*\n\s*)*subscription\b/;
export const isSubscription = (query: string): boolean => SUBSCRIPTION.test(query);

/** @param tell called with every response; a subscription has many. Resolves after the last one. */
export async function run({ query, variables, token }: Asked, tell: (answer: unknown) => void, signal: AbortSignal) {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: isSubscription(query) ? "text/event-stream" : "application/json",
      ...(token ? { authorization: `Bearer ${token}` } : pageHeaders()),
    },
    body: writeJson({ query, variables }),
    signal,
  });
  if (!response.body || !response.headers.get("content-type")?.includes("text/event-stream"))
    return tell(readJson(await response.text()));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const data = /^data:(.+)$/m.exec(block)?.[1]?.trim();
      if (data) tell(readJson(data));
    }
  }
}
