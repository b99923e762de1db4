export function isRecentEnough(version: string): boolean;
export function runtimePackage(machine: { platform: string; arch: string; isMusl: boolean }): string | undefined;
export function ensureRuntime(): Promise<void>;
