/** Thrown when something that a measurement needs is not on this machine. The run reports it as "not run" and continues. */
export class UnavailableError extends Error {
  name = "UnavailableError";
}
