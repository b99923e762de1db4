/** Reads a plugin's channel line by line, at a limited rate. */
import type { Socket } from "node:net";

const LINE_MAX = 1_048_576;
/** The most lines read in SPAN_MS. Further lines stay in the plugin's own memory until then. */
const LINES_MAX = 200;
const SPAN_MS = 100;

/**
 * Passes each line on. `refuse` is called with the reason when a line is too long, or when `onLine` throws.
 *
 * @returns a function that stops reading
 */
export function readLines(
  channel: Socket,
  onLine: (line: string) => void,
  refuse: (reason: string) => void,
): () => void {
  let rest = "";
  let read = 0;
  let resume: NodeJS.Timeout | undefined;
  let spanUntil = 0;

  function take(): void {
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      const at = Date.now();
      if (at >= spanUntil) {
        spanUntil = at + SPAN_MS;
        read = 0;
      }
      if (++read > LINES_MAX) {
        channel.pause();
        resume ??= setTimeout(() => {
          resume = undefined;
          channel.resume();
          take();
        }, spanUntil - at);
        return;
      }
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      try {
        onLine(line);
      } catch {
        refuse("said something that is not of the protocol");
        return;
      }
    }
    if (rest.length > LINE_MAX) refuse(`said more than ${LINE_MAX} bytes at once`);
  }

  channel.on("error", () => {});
  channel.setEncoding("utf8").on("data", (text: string) => {
    rest += text;
    take();
  });
  return () => {
    clearTimeout(resume);
    channel.destroy();
  };
}
