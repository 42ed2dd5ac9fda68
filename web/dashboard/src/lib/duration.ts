const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** A length of time as people read it: "8 s", "2:05 min", "1:12 h", "3 d 4 h"; never below zero. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < MINUTE_S) return `${seconds} s`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)}:${twoDigits(seconds % MINUTE_S)} min`;
  if (seconds < DAY_S) return `${Math.floor(seconds / HOUR_S)}:${twoDigits(Math.floor((seconds % HOUR_S) / MINUTE_S))} h`;
  return `${Math.floor(seconds / DAY_S)} d ${Math.floor((seconds % DAY_S) / HOUR_S)} h`;
}
