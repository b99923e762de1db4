/**
 * Whether this process is stopping. It then still answers requests, but tells load balancers and clients to go elsewhere:
 * health checks fail, connections close after their answer, and new sockets are refused.
 */
import { unavailable } from "./errors";

/** `hold`: while it is set, requests that begin wait for it (lib/edge/http/drain.ts). */
export const draining: { on: boolean; hold?: Promise<void> } = { on: false };

/** The error for callers that must connect again, to the process that starts next. */
export const stopping = () => unavailable("The server is restarting: connect again in a few seconds", 2);
