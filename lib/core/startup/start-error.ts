/** An error that stops the start and that the operator can fix. Its message says what is wrong and what to do. */
export class StartError extends Error {
  override name = "StartError";
}

/** Ends the process with one line on the error output; with the stack as well when `hasStack` is set. */
export function failStart(error: unknown, hasStack = false): never {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`muster: ${message}\n${hasStack && stack ? `${stack}\n` : ""}`);
  process.exit(1);
}
