import type { NewLog } from "@/lib/fleet/telemetry/store.hot";
export const BOTS: number;
export function botId(index: number): string;
export function logOf(number: number): NewLog;
