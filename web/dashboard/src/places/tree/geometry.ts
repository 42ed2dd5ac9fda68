import type { GraphNode, Spot } from '../../lib/layout';

/** Sizes in pixels. */
export const NODE = { width: 168, height: 48 } as const;
const GAP = { x: 76, y: 14 } as const;
const EDGE = 20;

/** The top left corner of a node. */
export const pointOf = ({ layer, place }: Spot): { x: number; y: number } => ({
  x: EDGE + layer * (NODE.width + GAP.x),
  y: EDGE + place * (NODE.height + GAP.y),
});

function curve(from: Spot, to: Spot): string {
  const start = pointOf(from);
  const end = pointOf(to);
  const [x1, y1, x2, y2] = [start.x + NODE.width, start.y + NODE.height / 2, end.x, end.y + NODE.height / 2];
  const bend = Math.min(GAP.x, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/** All lines as one path. */
export function linesOf(nodes: readonly GraphNode[], spots: ReadonlyMap<string, Spot>): string {
  return nodes
    .flatMap(({ id, parents }) => {
      const to = spots.get(id);
      return parents.flatMap((parent) => {
        const from = spots.get(parent);
        return from && to ? curve(from, to) : [];
      });
    })
    .join('');
}

/** The room that all nodes take. */
export function sizeOf(spots: ReadonlyMap<string, Spot>): { width: number; height: number } {
  const all = [...spots.values()].map(pointOf);
  return {
    width: Math.max(0, ...all.map(({ x }) => x)) + NODE.width + EDGE,
    height: Math.max(0, ...all.map(({ y }) => y)) + NODE.height + EDGE,
  };
}
