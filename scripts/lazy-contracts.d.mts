import type { Plugin } from "esbuild";

export const lazyContracts: Plugin;
