/** Stores logs without end and prints each message once its write was answered. Meant to be killed. */
import { once } from "node:events";
import { connect, ingest } from "@/lib/core/db";
import { insertLogs } from "./logs";

await connect();
const add = ingest.register("test.log", insertLogs);
let next = 0;
process.stdout.setMaxListeners(50);
const caller = async (name: number) => {
  for (;;) {
    const message = `kill ${name} ${next++}`;
    await add({ message });
    // Wait while the pipe is full. Writes whose output is still buffered at the kill are not checked.
    if (!process.stdout.write(`${message}\n`)) await once(process.stdout, "drain");
  }
};
await Promise.all(Array.from({ length: 20 }, (_, name) => caller(name)));
