/** The realtime room's door: server.ts attaches it. */
export { attachRealtime } from "./attach";
export { attachWs } from "./ws";
