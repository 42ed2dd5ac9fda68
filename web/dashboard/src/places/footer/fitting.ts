/** How many pills end within `width` pixels, by their right edges from the left of their list. */
export function fitting(rightEdges: readonly number[], width: number): number {
  const beyond = rightEdges.findIndex((edge) => edge > width);
  return beyond < 0 ? rightEdges.length : beyond;
}
