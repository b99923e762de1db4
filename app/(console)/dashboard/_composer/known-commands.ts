/** Command types that most bots support, with the example payload from the documents. */
export const KNOWN: Record<string, Record<string, unknown>> = {
  send_message: { thread_id: "", thread_type: "USER", message: "" },
  ping: {},
  restart: {},
  reload: {},
};

/** Returns the paths of values that are empty in a documented example payload and were not filled in. */
export const emptySample = (type: string, payload: Record<string, unknown>): string[] =>
  Object.keys(KNOWN[type] ?? {}).filter((name) => KNOWN[type]?.[name] === "" && payload[name] === "");
