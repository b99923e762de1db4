/** E-mail addresses in the one form they are stored and compared in. Browser-safe. */

/** As zod's own, with top-level domains in their encoded form (xn--…) too. */
export const ADDRESS_PATTERN =
  /^(?!\.)(?!.*\.\.)[A-Za-z0-9_'+\-.]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+(?:[A-Za-z]{2,}|xn--[A-Za-z0-9-]+)$/;

const PLAIN_HOST = /^[^\s/?#@:\\%[\]]+$/;

/** Without surrounding space, in lower case, and an international domain as mail servers know it (xn--…). */
export function canonicalAddress(text: string): string {
  const address = text.trim().toLowerCase();
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
  if (at < 0 || /^[\x00-\x7f]*$/.test(domain) || !PLAIN_HOST.test(domain)) return address;
  try {
    return `${address.slice(0, at)}@${new URL(`http://${domain}`).hostname}`;
  } catch {
    return address;
  }
}
