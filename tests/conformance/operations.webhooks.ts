/** Valid bodies of the operations on webhooks, of both directions. */
import type { Json } from "../api";

export const WEBHOOK_BODIES: Record<string, (target: { bot: { id: string } }) => Json> = {
  "POST /api/webhooks": () => ({
    ...{ name: "Deploys", url: "https://hooks.example.org/muster", kinds: ["command.failed"] },
  }),
  "PATCH /api/webhooks/{webhook_id}": () => ({ name: "Deploys" }),
  "POST /api/webhooks/{webhook_id}/rotate": () => ({ overlap_hours: 1 }),
  "POST /api/webhooks/{webhook_id}/replay": () => ({ from: "2026-01-01T12:00:00Z" }),
  "POST /api/incoming-webhooks": ({ bot }) => ({
    ...{ name: "Deploys", action: { kind: "command", bot_id: bot.id, type: "deploy", payload: { ref: "{{ref}}" } } },
  }),
  "PATCH /api/incoming-webhooks/{hook_id}": () => ({ name: "Deploys" }),
  "POST /api/incoming-webhooks/{hook_id}/test": () => ({ body: { ref: "refs/heads/main" } }),
};
