/** Tests TLS to real message brokers: a certificate must be trusted, and an authority of one's own can be added. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { aNats, aRabbit, aSecureRedisBroker, type TestBroker } from "@/tests/brokers";
import { CERTIFICATE } from "@/tests/certificate";
import { isFull } from "@/tests/full";
import { removeFolder, temporaryFolder } from "@/tests/process";
import { createBrokers } from ".";

type Case = [name: string, make: () => Promise<TestBroker>, url: (host: string) => string, outcome: RegExp];
const CASES: Case[] = [
  [
    "Redis",
    aSecureRedisBroker,
    (host) => `rediss://:secret@${host}/0?stream=facts`,
    /Stored in the stream facts as \d+-0/,
  ],
  // It has no stream for the subject, which it says once the connection stands.
  ["NATS", () => aNats({ isSecure: true }), (host) => `tls://muster:p%25w@${host}?subject=facts`, /No stream keeps/],
  ...(isFull
    ? ([
        ["RabbitMQ", () => aRabbit({ isSecure: true }), (host) => `amqps://guest:guest@${host}`, /No queue takes/],
      ] satisfies Case[])
    : []),
];

const folder = temporaryFolder();
const authority = join(folder, "authority.pem");
writeFileSync(authority, CERTIFICATE);
afterAll(() => removeFolder(folder));

/** Publishes in a process that trusts the certificate of the tests. Returns what it printed, an error included. */
async function publishTrusting(url: string): Promise<string> {
  const args = ["--import", "tsx", "tests/publish.ts", url];
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env }).catch((error) => error);
  return stdout + stderr;
}

describe.each(CASES)("%s over TLS", (_, make, url, outcome) => {
  it("is refused while nobody vouches for its certificate, and used when an authority does", async () => {
    const broker = await make();
    try {
      await broker.start();
      const brokers = createBrokers();
      const message = { id: "evt_1", kind: "webhook.test", at: Date.now(), body: "{}", headers: {} };
      await expect(brokers.publish(url(broker.host), message)).rejects.toMatchObject({
        result: "away",
        message: expect.stringMatching(/certificate/),
      });
      await brokers.close();
      expect(await publishTrusting(url(broker.host))).toMatch(outcome);
    } finally {
      await broker.close();
    }
  });
});
