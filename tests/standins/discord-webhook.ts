/**
 * A stand-in for Discord's webhook endpoint: 204 on success, 404 for an unknown webhook, 400 with the field for a broken
 * limit, 429 with `retry_after` in seconds, and rate-limit headers.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

type Embed = { title?: string; description?: string; color?: number; timestamp?: string };
type Post = { username?: string; embeds?: Embed[]; content?: string; allowed_mentions?: unknown };

const TOTAL_MAX = 6_000;

export async function discordWebhook() {
  const posts: Post[] = [];
  /** Refuses that many of the next requests, each with this many seconds to wait. */
  let limited = { times: 0, seconds: 0 };
  let broken = 0;
  let requests = 0;
  const server = createServer((req, res) => {
    let text = "";
    req.setEncoding("utf8");
    req.on("data", (chunk) => {
      text += chunk;
    });
    req.on("end", () => {
      requests++;
      const answer = (status: number, body?: unknown, headers: Record<string, string> = {}) => {
        res.writeHead(status, { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers });
        res.end(body === undefined ? undefined : JSON.stringify(body));
      };
      if (broken > 0) {
        broken--;
        return answer(502, { message: "502: Bad Gateway", code: 0 });
      }
      if (req.method !== "POST") return answer(405, { message: "405: Method Not Allowed", code: 0 });
      if (req.url !== "/api/webhooks/1/token-of-the-tests")
        return answer(404, { message: "Unknown Webhook", code: 10015 });
      if (limited.times > 0) {
        limited.times--;
        const { seconds } = limited;
        const headers = { "retry-after": String(Math.ceil(seconds)), "x-ratelimit-scope": "user" };
        return answer(429, { message: "You are being rate limited.", retry_after: seconds, global: false }, headers);
      }
      const post = JSON.parse(text) as Post;
      const problem = problemOf(post);
      if (problem) return answer(400, { message: "Invalid Form Body", code: 50035, errors: problem });
      posts.push(post);
      answer(204, undefined, {
        "x-ratelimit-limit": "5",
        "x-ratelimit-remaining": "4",
        "x-ratelimit-reset-after": "0.4",
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/webhooks/1/token-of-the-tests`,
    posts,
    embeds: () => posts.flatMap((post) => post.embeds ?? []),
    requests: () => requests,
    limit(times: number, seconds: number) {
      limited = { times, seconds };
    },
    breakDown(times: number) {
      broken = times;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function problemOf({ embeds = [], content = "", username = "x" }: Post): Record<string, string> | undefined {
  if (!content && embeds.length === 0) return { content: "Cannot send an empty message" };
  if (embeds.length > 10) return { embeds: "Must be 10 or fewer in length." };
  if (username.length < 1 || username.length > 80 || /discord|clyde/i.test(username))
    return { username: "is not allowed" };
  if (embeds.some(({ title = "" }) => title.length > 256)) return { title: "Must be 256 or fewer in length." };
  if (embeds.some(({ description = "" }) => description.length > 4096))
    return { description: "Must be 4096 or fewer." };
  const size = ({ title = "", description = "" }: Embed) => title.length + description.length;
  return embeds.reduce((sum, one) => sum + size(one), 0) > TOTAL_MAX
    ? { embeds: "Embed size exceeds maximum size of 6000" }
    : undefined;
}
