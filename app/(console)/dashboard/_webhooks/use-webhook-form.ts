"use client";
import type { z } from "zod";
import { useContractForm } from "@/app/_shell/use-contract-form";
import type { BodyOf } from "@/lib/client/api";
import type { updateWebhook, Webhook } from "@/lib/operations/webhooks/contract";

export type WebhookValues = z.input<typeof updateWebhook.body>;
export type WebhookBody = z.output<typeof updateWebhook.body>;
type Send = (values: WebhookBody, version?: number) => Promise<unknown>;

const LABELS = { name: "Name", url: "Address", kinds: "Events", bots: "Bots", tag: "Tag" };

/** The fields that the form of a webhook starts with. The address is write-only, so it starts empty. */
const valuesOf = (webhook: Webhook | undefined): WebhookValues =>
  webhook
    ? { name: webhook.name, url: undefined, kinds: webhook.kinds, bots: webhook.bots, tag: webhook.tag }
    : { name: "", url: "", kinds: ["command.failed"], bots: null, tag: null };

/** The form of a new webhook, or of a stored one. Both are checked by the contract of an update, which has all fields. */
export const useWebhookForm = (webhook: Webhook | undefined, send: Send) =>
  useContractForm<WebhookValues, WebhookBody>(
    () => import("@/lib/operations/webhooks/contract").then((one) => one.updateWebhook.body),
    valuesOf(webhook),
    send,
    webhook && { version: webhook.version, what: "The webhook", labels: LABELS },
  );
export type WebhookForm = ReturnType<typeof useWebhookForm>;
export type NewWebhook = BodyOf<typeof import("@/generated/calls/operations/webhooks").createWebhook>;
