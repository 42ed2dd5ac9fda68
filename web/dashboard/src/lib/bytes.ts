const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A number of bytes as people read it, in powers of 1000: "0 B", "3.4 MB", "120 GB". */
export function bytesText(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${step > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[step]}`;
}
