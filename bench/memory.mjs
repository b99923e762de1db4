/** The memory of processes, from /proc. */
import { readFileSync } from "node:fs";
import { descendants } from "./measure.mjs";

/** kB of resident memory. */
export const residentKb = (pid) => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);

/** kB of a process and of each of its descendants. */
export const treeResidentKb = (pid) => ({
  main: residentKb(pid),
  children: descendants(pid).map(residentKb),
});
