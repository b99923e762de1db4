/** Presets of incoming webhooks: the signature and the templates that fit what a program sends. Browser-safe. */
import type { SIGNATURES } from "./contract.constants";

type Preset = {
  label: string;
  signature: (typeof SIGNATURES)[number];
  message: string;
  payload: Record<string, unknown>;
  /** A shortened body of the program, for tests of the templates. */
  example: Record<string, unknown>;
};

const ALERTS = [{ status: "firing", labels: { alertname: "HighLoad" }, annotations: { summary: "Load is above 8" } }];

export const PRESETS = {
  custom: {
    label: "Custom",
    signature: "none",
    message: "{{message|A request arrived}}",
    payload: { body: "{{.}}" },
    example: { message: "Hello" },
  },
  github: {
    label: "GitHub",
    signature: "github",
    message: "{{header:x-github-event}} in {{repository.full_name}} by {{sender.login}}",
    payload: {
      event: "{{header:x-github-event}}",
      repository: "{{repository.full_name}}",
      ref: "{{ref}}",
      sender: "{{sender.login}}",
    },
    example: { ref: "refs/heads/main", repository: { full_name: "octo/bot" }, sender: { login: "octocat" } },
  },
  grafana: {
    label: "Grafana",
    signature: "none",
    message: "{{status}}: {{title}}",
    payload: { status: "{{status}}", title: "{{title}}", message: "{{message}}", alerts: "{{alerts}}" },
    example: { status: "firing", title: "[FIRING:1] HighLoad", message: "Load is above 8", alerts: ALERTS },
  },
  alertmanager: {
    label: "Alertmanager",
    signature: "none",
    message: "{{status}}: {{commonLabels.alertname}} {{commonAnnotations.summary}}",
    payload: { status: "{{status}}", labels: "{{commonLabels}}", alerts: "{{alerts}}" },
    example: {
      status: "firing",
      commonLabels: { alertname: "HighLoad" },
      commonAnnotations: { summary: "Load is above 8" },
      alerts: ALERTS,
    },
  },
  standard: {
    label: "Standard Webhooks",
    signature: "standard",
    message: "{{type|event}}",
    payload: { type: "{{type}}", data: "{{data}}" },
    example: { type: "invoice.paid", timestamp: "2026-01-01T12:00:00Z", data: { id: "in_1" } },
  },
} as const satisfies Record<string, Preset>;

export type PresetId = keyof typeof PRESETS;
