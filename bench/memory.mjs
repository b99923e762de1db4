/** The memory of processes, from /proc. */
import { readFileSync } from "node:fs";
import { descendants } from "./measure.mjs";

const read = (pid, name) =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);

/** kB of resident memory, with the mapped parts of files. */
export const residentKb = (pid) => read(pid, "VmRSS");

/** kB of resident memory that is the process's own, without mapped files such as the database and the code. */
export const ownKb = (pid) => read(pid, "RssAnon");

/** kB of a process and of each of its descendants. */
export const treeResidentKb = (pid) => ({
  main: residentKb(pid),
  children: descendants(pid).map(residentKb),
});
