/**
 * Outgoing bytes that are not HTTP, such as syslog: a connection whose bytes were all taken, or datagrams. Addresses are
 * judged as those of requests are.
 */
import { createSocket } from "node:dgram";
import { connect, isIP, type Socket } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { guardedLookup, mayConnect, refuse } from "./guard";

export type StreamTarget = { protocol: "udp" | "tcp" | "tls"; host: string; port: number; ca?: string };

async function open({ protocol, host, port, ca }: StreamTarget): Promise<{ socket: Socket; ready: string }> {
  // A literal IP address is never looked up, so check it here.
  if (isIP(host) && !mayConnect(host)) throw refuse(host);
  if (protocol === "tcp") return { socket: connect({ host, port, lookup: guardedLookup }), ready: "connect" };
  const tls = await import("node:tls");
  const options: ConnectionOptions = { host, port, lookup: guardedLookup, ...(ca && { ca }) };
  if (!isIP(host)) options.servername = host;
  return { socket: tls.connect(options), ready: "secureConnect" };
}

/**
 * Sends all bytes over one connection, and resolves once the other side has closed it in turn: it has taken them then.
 *
 * @throws ForbiddenAddress, and what the network throws
 */
export async function sendStream(target: StreamTarget, bytes: Buffer, timeoutMs: number): Promise<void> {
  const { socket, ready } = await open(target);
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => socket.destroy(new Error("the receiver did not take the messages in time")),
      timeoutMs,
    );
    let isSent = false;
    socket.once(ready, () => {
      isSent = true;
      socket.end(bytes);
    });
    // Without a reader the end of the other side is never noticed.
    socket.resume();
    socket.once("error", reject);
    socket.once("close", (hadError) => {
      clearTimeout(timer);
      if (!isSent) reject(new Error("the connection was closed before anything was sent"));
      else if (!hadError) resolve();
    });
  });
}

/** The address that a host has now, if it may be contacted. @throws ForbiddenAddress, and what the look-up throws */
async function allowedAddress(host: string): Promise<string> {
  if (isIP(host)) {
    if (mayConnect(host)) return host;
    throw refuse(host);
  }
  return new Promise((resolve, reject) => {
    guardedLookup(host, {}, (error, address) => (error ? reject(error) : resolve(address as string)));
  });
}

/** Sends each buffer as one datagram. Nobody says whether they arrive. @throws ForbiddenAddress */
export async function sendDatagrams({ host, port }: StreamTarget, messages: Buffer[]): Promise<void> {
  const address = await allowedAddress(host);
  const socket = createSocket(isIP(address) === 6 ? "udp6" : "udp4");
  try {
    for (const message of messages)
      await new Promise<void>((resolve, reject) => {
        socket.send(message, port, address, (error) => (error ? reject(error) : resolve()));
      });
  } finally {
    socket.close();
  }
}
