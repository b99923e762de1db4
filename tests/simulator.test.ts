/**
 * Runs a small fleet with many faults on a real server: processes die during commands, connections break, requests get lost
 * or arrive twice, clocks are wrong, tokens are used twice. No command may be lost, and none may be settled twice.
 */
import { expect, it, vi } from "vitest";
import { Fleet } from "@/scripts/simulator/fleet";
import { aUser } from "./factories";
import { theServer } from "./the-server";

const LEAST = { deaths: 10, flaps: 10, doubles: 3, repeated_acks: 5, contradictions: 1, unanswered: 1, twice: 1 };
const COMMANDS = 300;
/** A busy machine simulates slowly. The limit only ends a fleet that hangs. */
const HANGS_MS = 400_000;

it(
  "a chaotic fleet of 20 settles every command once or leaves it pending, and loses none",
  async () => {
    const ada = await aUser();
    const fleet = new Fleet({
      url: theServer().url,
      token: ada.jwt,
      bots: 20,
      seed: "a very bad day",
      // Per second of simulated time, which runs fifty times as fast.
      rate: 2,
      tempo: 0.02,
      lines: 50,
      faults: {
        latency: { ms: 8, jitter: 8 },
        crashes: 0.08,
        flapping: 0.4,
        duplicates: 0.4,
        skew: 7200,
        loss: 0.08,
        polling: 0.25,
      },
    });
    await fleet.start();
    try {
      await vi.waitFor(
        () => {
          expect(fleet.ledger.size).toBeGreaterThan(COMMANDS);
          for (const [name, count] of Object.entries(LEAST))
            expect(fleet.tally[name as keyof typeof LEAST], name).toBeGreaterThanOrEqual(count);
        },
        { timeout: HANGS_MS, interval: 100 },
      );
      // Connections come back. A bot that is offline on purpose (the demo has one) may stay away.
      fleet.calm();
      await vi.waitFor(() => expect(fleet.connected).toBeGreaterThanOrEqual(19), { timeout: HANGS_MS, interval: 100 });
    } finally {
      await fleet.stop();
    }
    const balance = await fleet.balance();
    expect(balance.wrong).toEqual([]);
    expect(balance.completed + balance.failed + balance.waiting).toBe(balance.sent);
    // Commands of processes that died wait for the end of their lease; most others are done.
    expect(balance.completed).toBeGreaterThan(balance.sent / 2);
  },
  3 * HANGS_MS,
);
