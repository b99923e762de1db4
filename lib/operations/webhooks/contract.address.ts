/** The addresses of webhooks: web addresses, and those of message brokers. */
import { z } from "zod";
import { BROKER_SCHEMES } from "@/lib/core/brokers/contract";

const SCHEMES = ["http", "https", ...Object.keys(BROKER_SCHEMES)];
export const WebhookUrl = z
  .url({
    protocol: new RegExp(`^(${SCHEMES.join("|")})$`),
    error: `must be an address with one of ${SCHEMES.join(", ")}`,
  })
  .max(2000)
  .meta({
    description:
      "An https address, or (set by admins) one of a message broker: `amqps://user:password@host/vhost?exchange=name`, `nats://user:password@host?subject=name`, `rediss://user:password@host/0?stream=name`; see docs/brokers.md",
  });
