/** Checks the signatures of requests to incoming webhooks, each in constant time. */
import { createHmac } from "node:crypto";
import { verifiesSigned } from "@/lib/core/outbound/signed";
import { sameSecret } from "@/lib/core/secrets";
import type { SIGNATURES } from "./contract.constants";

type Scheme = (typeof SIGNATURES)[number];
type Signed = { bytes: Buffer; header(name: string): string | undefined };

/** Secrets of Standard Webhooks: base64 of at least 24 bytes. */
const STANDARD_SECRET = /^whsec_(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Returns whether a secret has the form that a scheme demands. */
export const isSecretOf = (scheme: Scheme, secret: string): boolean =>
  scheme !== "standard" || STANDARD_SECRET.test(secret);

const hexHmac = (secret: string, bytes: Buffer): string => createHmac("sha256", secret).update(bytes).digest("hex");

/** Returns whether a request carries a valid signature by the secret. */
export function isSigned(scheme: Scheme, secret: string | null, { bytes, header }: Signed): boolean {
  if (scheme === "none") return true;
  if (secret === null) return false;
  if (scheme === "github") return sameSecret(header("x-hub-signature-256") ?? "", `sha256=${hexHmac(secret, bytes)}`);
  if (scheme === "grafana") return sameSecret(header("x-grafana-alerting-signature") ?? "", hexHmac(secret, bytes));
  return verifiesSigned(bytes, header, secret);
}
