/** The addresses of webhooks: web addresses, and those of message brokers. */
import { z } from "zod";
import { BROKER_SCHEMES } from "@/lib/core/brokers/contract";

const BROKERS = Object.keys(BROKER_SCHEMES);
export const WebhookUrl = z
  .url({
    protocol: new RegExp(`^(https?|${BROKERS.join("|")})$`),
    error: `must be an http or https address, or that of a broker (${BROKERS.join(", ")})`,
  })
  .max(2000)
  .meta({
    description:
      "An https address, or (set by admins) one of a message broker: `amqps://user:password@host/vhost?exchange=name`, `nats://user:password@host?subject=name`, `rediss://user:password@host/0?stream=name`; see docs/brokers.md",
  });
