/** Characters that an address may have as they are: a person reads `q=level:error`, and not `q=level%3Aerror`. */
const READABLE = /%(?:3A|2C|2F|3B|40)/g;

const encoded = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(READABLE, decodeURIComponent).replaceAll("%20", "+");

/** Returns the query of an address with some of its values changed, or removed by null: `?q=level:error&from=now-1h`. */
export function addressOf(search: string, values: Iterable<readonly [string, string | null]>): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of values) {
    if (value === null) params.delete(name);
    else params.set(name, value);
  }
  const text = [...params].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&");
  return text && `?${text}`;
}
