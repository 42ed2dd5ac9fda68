/** Server time minus this computer's time, in milliseconds: ages stay right when a clock is wrong. */
let skewMs = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** Learn the server's clock from the time of a message (ISO 8601). */
export function setServerTime(time: string): void {
  skewMs = Date.parse(time) - Date.now();
}

/** The server's time now, in milliseconds since 1970. */
export function now(): number {
  return Date.now() + skewMs;
}

/** Call back once a second; one timer serves everybody and stops with the last listener. */
export function onSecond(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((call) => call()), 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
