/** Counters of the faults that happened. */

export const newTally = () => ({
  /** Processes that died in the middle of a command. */
  deaths: 0,
  /** Connections that went down. */
  flaps: 0,
  /** Second programs with the same token. */
  doubles: 0,
  /** Acks sent again, and acks that contradict the first one. */
  repeated_acks: 0,
  contradictions: 0,
  /** HTTP requests that never arrived, whose answer never arrived, that arrived twice. */
  dropped: 0,
  unanswered: 0,
  twice: 0,
  /** Sockets that stalled, and that broke. */
  stalls: 0,
  breaks: 0,
  /** WebSockets that a connection did not let through. */
  no_socket: 0,
});
export type Tally = ReturnType<typeof newTally>;
