/**
 * Remembers every process, folder and browser that a measurement opened, and closes them when it ends: by itself, by an
 * error, or by Ctrl-C.
 */
const open = new Set();

/**
 * Registers something to close.
 *
 * @param {{ stop: () => unknown, kill?: () => void }} resource `stop` closes it in order; `kill` closes it at once, without
 *   waiting, when the benchmark itself is being ended
 */
export function track(resource) {
  open.add(resource);
  return resource;
}

/** Forgets a resource that has been closed. */
export const release = (resource) => open.delete(resource);

/** Closes everything, the newest first: a server before the database it uses. One failure does not keep the rest open. */
export async function stopAll() {
  for (const resource of [...open].reverse()) {
    open.delete(resource);
    try {
      await resource.stop();
    } catch (error) {
      console.error(`  could not clean up: ${error.message}`);
      resource.kill?.();
    }
  }
}

function killAll() {
  for (const resource of [...open].reverse()) {
    open.delete(resource);
    try {
      resource.kill?.();
    } catch (error) {
      console.error(`  could not clean up: ${error.message}`);
    }
  }
}

/** Closes everything when this process is interrupted or crashes. The servers are in groups of their own and get no Ctrl-C. */
export function cleanUpAtExit() {
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ])
    process.on(signal, () => process.exit(code));
  process.on("exit", killAll);
}
