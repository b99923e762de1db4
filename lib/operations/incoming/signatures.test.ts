import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { newSigningSecret, signedHeaders } from "@/lib/core/outbound/signed";
import { isSecretOf, isSigned } from "./signatures";

const bytes = Buffer.from('{"zen":"Ünlimited"}');
const secret = "a-secret-of-test";
const hex = createHmac("sha256", secret).update(bytes).digest("hex");
const from = (headers: Record<string, string>) => ({ bytes, header: (name: string) => headers[name] });

it("accepts GitHub's and Grafana's signatures, and no others", () => {
  expect(isSigned("github", secret, from({ "x-hub-signature-256": `sha256=${hex}` }))).toBe(true);
  expect(isSigned("grafana", secret, from({ "x-grafana-alerting-signature": hex }))).toBe(true);
  for (const wrong of ["", "sha256=", hex, `sha256=${hex.toUpperCase()}`, `sha1=${hex}`])
    expect(isSigned("github", secret, from({ "x-hub-signature-256": wrong })), wrong).toBe(false);
  expect(isSigned("github", "another", from({ "x-hub-signature-256": `sha256=${hex}` }))).toBe(false);
  expect(isSigned("github", secret, from({}))).toBe(false);
  expect(isSigned("github", null, from({}))).toBe(false);
});

it("accepts Standard Webhooks of the last five minutes", () => {
  const key = newSigningSecret();
  const signed = (at: number) => from(signedHeaders({ id: "msg_1", at, body: bytes.toString() }, [key]));
  expect(isSigned("standard", key, signed(Date.now()))).toBe(true);
  expect(isSigned("standard", key, signed(Date.now() - 6 * 60_000))).toBe(false);
  expect(isSigned("standard", newSigningSecret(), signed(Date.now()))).toBe(false);
  expect(isSigned("standard", key, from({}))).toBe(false);
});

it("asks for secrets of Standard Webhooks in their form", () => {
  expect(isSecretOf("standard", newSigningSecret())).toBe(true);
  for (const wrong of ["whsec_", "whsec_short", secret, `whsec_${"a".repeat(33)}`])
    expect(isSecretOf("standard", wrong), wrong).toBe(false);
  expect(isSecretOf("github", secret)).toBe(true);
});
