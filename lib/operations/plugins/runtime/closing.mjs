/**
 * Takes away what a plugin could use against the server, before any of its code runs. Files, processes, threads and native
 * code are refused by Node's permission model; this closes what the model leaves open: signals, the inspector of another
 * process, and, before Node 25, the network.
 *
 * The ways that lead to Node's own handles go as well, because a handle can connect without the functions closed here.
 */
import async_hooks from "node:async_hooks";
import child_process from "node:child_process";
import cluster from "node:cluster";
import dgram from "node:dgram";
import dns from "node:dns";
import fs from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import inspector from "node:inspector";
import inspectorPromises from "node:inspector/promises";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import os from "node:os";
import { Writable } from "node:stream";
import tls from "node:tls";
import tty from "node:tty";
import v8 from "node:v8";
import wasi from "node:wasi";

/** The functions of `process` that plugins and Node itself still need. Every other function is replaced. */
const KEPT = new Set(
  `addListener availableMemory constrainedMemory cpuUsage cwd emit emitWarning eventNames exit getBuiltinModule
  getMaxListeners hasUncaughtExceptionCaptureCallback hrtime listenerCount listeners memoryUsage nextTick off on once
  prependListener prependOnceListener rawListeners removeAllListeners removeListener resourceUsage setMaxListeners
  threadCpuUsage uptime getuid geteuid getgid getegid getgroups constructor toString hasOwnProperty isPrototypeOf
  propertyIsEnumerable toLocaleString valueOf __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__
  _fatalException _tickCallback _exiting _events _eventsCount _maxListeners`.split(/\s+/),
);

/** Helpers of the network modules that open nothing. */
const PURE = new Set([
  "isIP",
  "isIPv4",
  "isIPv6",
  "BlockList",
  "SocketAddress",
  "validateHeaderName",
  "validateHeaderValue",
]);

// Functions and not arrows, so that a library may still derive a class from what is closed.
function refuse() {
  throw new Error("Plugins may not do this");
}
function refuseNetwork() {
  throw new Error("Plugins have no network of their own: use ctx.http, and ask for the permission http");
}

function lock(object, name, value) {
  Object.defineProperty(object, name, { value, writable: false, enumerable: true, configurable: false });
}

/** Replaces every function of an object except those that are kept. */
function lockAll(object, isKept, value = refuse) {
  for (const name of Reflect.ownKeys(object)) {
    const own = Object.getOwnPropertyDescriptor(object, name);
    const isFunction = typeof own.value === "function" || (own.get && typeof object[name] === "function");
    if (isFunction && !isKept(name) && own.configurable) lock(object, name, value);
  }
}

function closeProcess() {
  const leave = process.reallyExit.bind(process);
  lock(process, "exit", (code) => leave(code ?? process.exitCode ?? 0));
  lock(process, "kill", () => {
    throw new Error("Plugins may not end processes");
  });
  const isKept = (name) => typeof name === "symbol" || KEPT.has(name);
  lockAll(process, isKept);
  for (const name of ["mainModule", "report", "channel", "stdin"]) lock(process, name, undefined);
  lock(os, "setPriority", refuse);
  const isNothing = () => false;
  for (const module of [child_process, cluster, inspector, inspectorPromises, wasi]) lockAll(module, isNothing);
  // These write files or read them beside the permission model.
  for (const name of ["node:sqlite", "node:trace_events"]) lockAll(process.getBuiltinModule(name) ?? {}, isNothing);
  for (const name of ["setFlagsFromString", "setHeapSnapshotNearHeapLimit", "writeHeapSnapshot", "takeCoverage"])
    lock(v8, name, refuse);
  // These show the handles and requests of what runs, the connection to the server among them.
  for (const name of ["createHook", "executionAsyncResource"]) lock(async_hooks, name, refuse);
}

function closeNetwork() {
  lock(net.Socket.prototype, "connect", refuseNetwork);
  for (const name of ["listen", "_listen2"]) lock(net.Server.prototype, name, refuseNetwork);
  const modules = [net, tls, tty, http, https, http2, dgram, dns, dns.promises];
  for (const module of modules) lockAll(module, (name) => PURE.has(name), refuseNetwork);
  lock(globalThis, "fetch", refuseNetwork);
  for (const name of ["WebSocket", "EventSource"]) lock(globalThis, name, undefined);
}

/** Output without a handle. What a plugin writes here is cut and kept as the reason when its process ends. */
function closeOutput() {
  const write = (chunk, _, then) => {
    fs.writeSync(2, chunk);
    then();
  };
  for (const name of ["stdout", "stderr"]) lock(process, name, new Writable({ write }));
}

export function closeAll() {
  closeProcess();
  closeNetwork();
  closeOutput();
  syncBuiltinESMExports();
}
