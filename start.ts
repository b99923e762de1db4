/** The program that dist/server.mjs is. Static imports would be compiled before its first line, so the server comes after it. */
import { keepCompiledCode, openCodeFolder, writeCompiledCode } from "@/lib/core/startup/compile-cache";

const folder = process.env.DATA_DIR || "data";
keepCompiledCode(import.meta.filename, folder);
await import("./server");
// Only a server that started writes to its data folder.
openCodeFolder(folder);
writeCompiledCode();
