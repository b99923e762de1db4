/** Recognizes document 003's app by its headers. They choose wording and field names, and never give a right. */

type Header = (name: string) => string | undefined;

/** Returns whether a request calls itself the app: it sends both of the headers that every request of the app has. */
export const isHazeApp = (header: Header): boolean => Boolean(header("x-platform") && header("x-app-version"));

/** The platform that the app names: "Android", "Android (Debug)", "iOS" or "Web"; its desktop programs are web here. */
export const platformOfApp = (header: Header): "android" | "ios" | "web" => {
  const named = header("x-platform")?.toLowerCase() ?? "";
  return named.startsWith("android") ? "android" : named.startsWith("ios") ? "ios" : "web";
};
