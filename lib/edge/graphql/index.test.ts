import { expect, it, vi } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import type { Incoming } from "@/lib/edge/http";
import { fakeApp } from "@/tests/app";
import { answer } from "./index";
import { stream } from "./stream";

it("lets go of subscriptions whose callers left before their answer began", async () => {
  const actor: UserActor = {
    ...{ kind: "user", user_id: 77_001, username: "ann", email: "", fullname: "", role: "user", scope: "admin" },
    created_at: "",
  };
  const app = fakeApp({ accounts: {}, bots: {} });
  const gone = {
    method: "POST",
    header: (name: string) => (name === "accept" ? "text/event-stream" : undefined),
    signal: AbortSignal.abort(),
  } as Incoming;
  const query = "subscription { botUpdates { action } }";
  // As many as one person may have; what is answered is never read.
  for (let n = 0; n < 100; n++) await answer(app, actor, { query }, gone, async () => true);
  await vi.waitFor(() => stream(actor, () => []).return!(), { timeout: 90_000 });
  await expect(answer(app, actor, { query }, gone, async () => true)).resolves.toMatchObject({
    reply: { contentType: expect.stringContaining("text/event-stream") },
  });
});
