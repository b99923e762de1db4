/**
 * The header `Retry-After` in milliseconds from `at`: it holds seconds, or a date.
 *
 * @returns undefined when it is absent, odd or in the past
 */
export function retryAfter(value: string | string[] | undefined, at: number): number | undefined {
  const text = (Array.isArray(value) ? value[0] : value)?.trim();
  if (!text) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - at;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}
