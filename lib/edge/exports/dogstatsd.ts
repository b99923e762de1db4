/**
 * DogStatsD: the metrics of /metrics as UDP datagrams for an agent of Datadog or Telegraf. Counters and histograms are sent as
 * what was added since the last time, which is all that the protocol's counters know.
 */
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import { jobs } from "@/lib/core/jobs";
import type { Reading } from "@/lib/edge/metrics";

const INTERVAL_MS = 10_000;
/** Fits into one packet of every usual network, as the protocol's documentation advises. */
const DATAGRAM_BYTES = 1_432;

type Labels = Reading["values"][number]["labels"];

/** Returns the labels as tags. Characters that separate fields would begin another one. */
function tagsOf(labels: Labels): string {
  const tags = Object.entries(labels).map(([name, value]) => `${name}:${String(value).replace(/[|,#\s]/g, "_")}`);
  return tags.length > 0 ? `|#${tags.join(",")}` : "";
}

/** Returns a function that turns readings into lines. Its first call only remembers counters: they count from the start of the process. */
export function createLines(): (readings: Reading[]) => string[] {
  const totals = new Map<string, number>();
  let isFirst = true;
  return (readings) => {
    const lines: string[] = [];
    for (const { name, type, values } of readings)
      for (const { labels, metricName = name, value } of values) {
        const tags = tagsOf(labels);
        if (type !== "counter" && type !== "histogram") {
          // A sign would change the gauge instead of setting it.
          if (Number.isFinite(value) && value >= 0) lines.push(`${metricName}:${value}|g${tags}`);
          continue;
        }
        const key = metricName + tags;
        const added = value - (totals.get(key) ?? 0);
        totals.set(key, value);
        if (added > 0 && !isFirst) lines.push(`${metricName}:${added}|c${tags}`);
      }
    isFirst = false;
    return lines;
  };
}

/** Joins lines into datagrams. */
export function datagramsOf(lines: string[]): string[] {
  const datagrams: string[] = [];
  let text = "";
  for (const line of lines) {
    if (text && Buffer.byteLength(text) + 1 + Buffer.byteLength(line) > DATAGRAM_BYTES) {
      datagrams.push(text);
      text = "";
    }
    text += text ? `\n${line}` : line;
  }
  return text ? [...datagrams, text] : datagrams;
}

/**
 * Starts to send all metrics every ten seconds.
 *
 * @param address `host:port`
 * @returns a function that stops
 */
export function startDogStatsd(address: string, read: () => Promise<Reading[]>): () => Promise<void> {
  const { hostname, port } = new URL(`udp://${address}`);
  const host = hostname.replace(/^\[|\]$/g, "");
  const socket = createSocket(isIPv6(host) ? "udp6" : "udp4").unref();
  // An agent that is not there is no failure of this server, and is reported by ICMP at times only.
  socket.on("error", () => {});
  const linesOf = createLines();
  const send = (text: string) =>
    new Promise<void>((resolve, reject) => {
      socket.send(text, Number(port), host, (error) => (error ? reject(error) : resolve()));
    });
  const job = jobs.every({
    ...{ name: "exports.dogstatsd", interval: INTERVAL_MS },
    async run() {
      for (const datagram of datagramsOf(linesOf(await read()))) await send(datagram);
    },
  });
  job.start();
  return async () => {
    await job.stop();
    socket.close();
  };
}
