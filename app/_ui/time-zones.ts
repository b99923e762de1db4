/**
 * Returns the time zones to choose from, with the stored one even when this runtime lists it under another name. Use it after
 * hydration only, because the server's list may differ from the browser's.
 */
export const zonesWith = (stored: string | null): string[] => [
  ...new Set([...(stored ? [stored] : []), "UTC", ...Intl.supportedValuesOf("timeZone")]),
];
