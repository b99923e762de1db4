/** One guard for each form with unsaved changes. Navigation asks one of them first. */
export const guards = new Set<(go: () => void) => void>();

/** Navigates by `go`, after asking when unsaved changes would be lost. For navigation that is not a plain link. */
export function leave(go: () => void): void {
  const [ask] = guards;
  if (ask) ask(go);
  else go();
}
