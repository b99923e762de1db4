/** Quantities as document 002 writes them. Browser-safe. */

/** 1 error → "1 error"; 2 errors → "2 errors"; `many` is the plural where it is not `one` with an s. */
export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

const SIZES = ["B", "KB", "MB", "GB", "TB", "PB"];

/** 134754000000 → "125.5 GB"; powers of 1024. */
export function sizeText(bytes: number): string {
  let rest = Math.max(0, bytes);
  let unit = 0;
  while (rest >= 1024 && unit < SIZES.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${unit === 0 ? Math.round(rest) : rest.toFixed(1)} ${SIZES[unit]}`;
}

/** 444300 seconds → "5d 3h 25m"; days and hours only where there are any. */
export function uptimeText(seconds: number): string {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor(minutes / 60) % 24;
  return [...(days ? [`${days}d`] : []), ...(days || hours ? [`${hours}h`] : []), `${minutes % 60}m`].join(" ");
}

/** 444300 seconds → "5 days, 3 hours"; the two largest units. */
export function spanText(seconds: number): string {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  const units = [
    [Math.floor(minutes / 1440), "day"],
    [Math.floor(minutes / 60) % 24, "hour"],
    [minutes % 60, "minute"],
  ] as const;
  const first = units.findIndex(([n]) => n > 0);
  if (first < 0) return "0 minutes";
  return units
    .slice(first, first + 2)
    .filter(([n]) => n > 0)
    .map(([n, unit]) => countText(n, unit))
    .join(", ");
}

/** 0.4512 → "45%". */
export const percentText = (share: number): string => `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%`;

/** 0.99996 → "99.99 %". An uptime is cut, not rounded: with an outage it is never 100 %. */
export const uptimeShareText = (share: number): string =>
  `${share >= 1 ? "100" : (Math.floor(share * 10_000) / 100).toFixed(2)} %`;

/** 200 seconds → "3 min 20 s"; the two largest units. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}

/** 5450000 → "5.2 MB/s". */
export const speedText = (bytesPerSecond: number): string => `${sizeText(bytesPerSecond)}/s`;

/** 510 seconds → "8m 30s"; 3700 → "1h 1m". */
export function etaText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole >= 86_400) return `${Math.floor(whole / 86_400)}d ${Math.floor((whole % 86_400) / 3600)}h`;
  if (whole >= 3600) return `${Math.floor(whole / 3600)}h ${Math.floor((whole % 3600) / 60)}m`;
  return whole >= 60 ? `${Math.floor(whole / 60)}m ${whole % 60}s` : `${whole}s`;
}

/** "12 %", "under 1 %", "over 99 %"; empty for nothing. */
export function shareText(share: number): string {
  if (share <= 0.0005) return "";
  if (share < 0.01) return "under 1 %";
  return share > 0.99 && share < 0.9995 ? "over 99 %" : `${Math.round(share * 100)} %`;
}
