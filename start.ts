/** The program that dist/server.mjs is. Static imports would be compiled before its first line, so the server comes after it. */
import { keepCompiledCode } from "@/lib/core/startup/compile-cache";

keepCompiledCode(import.meta.filename, process.env.DATA_DIR || "data");
await import("./server");
