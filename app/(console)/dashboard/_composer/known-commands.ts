/** Types that most bots know, with the payload the documents show for them. */
export const KNOWN: Record<string, Record<string, unknown>> = {
  send_message: { thread_id: "", thread_type: "USER", message: "" },
  ping: {},
  restart: {},
  reload: {},
};

/** Values that are empty in a documented command's sample and were not filled in. */
export const emptySample = (type: string, payload: Record<string, unknown>): string[] =>
  Object.keys(KNOWN[type] ?? {}).filter((name) => KNOWN[type]?.[name] === "" && payload[name] === "");
