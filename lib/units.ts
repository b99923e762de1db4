/** Quantities as document 002 writes them. Browser-safe. */

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

/** 0.4512 → "45%". */
export const percentText = (share: number): string => `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%`;

/** 200 seconds → "3 min 20 s"; the two largest units. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}
