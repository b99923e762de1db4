/** The realtime room's door: server.ts attaches it. */
export { admit } from "./admit";
export { attachRealtime } from "./attach";
export { attachWs } from "./ws/ws";
