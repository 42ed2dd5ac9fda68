/** A node of a graph without cycles, with the ids of those it comes from. */
export interface GraphNode {
  readonly id: string;
  readonly parents: readonly string[];
}

/** Where a node stands: its layer (its parents are all in earlier ones) and its place in it. */
export interface Spot {
  readonly layer: number;
  readonly place: number;
}

const SWEEPS = 4;

/** The layer of each node: one after the last of its parents. Parents that are not there count for nothing. */
export function layersOf(nodes: readonly GraphNode[]): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const layers = new Map<string, number>();
  for (const node of nodes) {
    const path: GraphNode[] = [node];
    while (path.length > 0) {
      const top = path.at(-1) as GraphNode;
      const waiting = top.parents.find((parent) => byId.has(parent) && !layers.has(parent) && !path.some(({ id }) => id === parent));
      if (waiting) {
        path.push(byId.get(waiting) as GraphNode);
        continue;
      }
      const known = top.parents.flatMap((parent) => layers.get(parent) ?? []);
      if (!layers.has(top.id)) layers.set(top.id, known.length > 0 ? Math.max(...known) + 1 : 0);
      path.pop();
    }
  }
  return layers;
}

function childrenOf(nodes: readonly GraphNode[]): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const node of nodes) for (const parent of node.parents) children.set(parent, [...(children.get(parent) ?? []), node.id]);
  return children;
}

const mean = (values: readonly number[]): number | null =>
  values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null;

/** Sort a layer by the mean place of each node's neighbours; those without keep their place. */
function sortBy(row: string[], neighbours: (id: string) => readonly string[], place: Map<string, number>): void {
  const want = new Map(row.map((id, index) => [id, mean(neighbours(id).flatMap((other) => place.get(other) ?? [])) ?? index]));
  row.sort((a, b) => (want.get(a) ?? 0) - (want.get(b) ?? 0));
  row.forEach((id, index) => place.set(id, index));
}

/** Give each node a layer and a place in it so that few lines cross; the same nodes give the same picture. */
export function layOut(nodes: readonly GraphNode[]): Map<string, Spot> {
  const layers = layersOf(nodes);
  const parents = new Map(nodes.map((node) => [node.id, node.parents]));
  const children = childrenOf(nodes);
  const rows: string[][] = Array.from({ length: Math.max(-1, ...layers.values()) + 1 }, () => []);
  for (const { id } of nodes) rows[layers.get(id) ?? 0]?.push(id);
  const place = new Map<string, number>();
  rows.forEach((row) => row.forEach((id, index) => place.set(id, index)));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    rows.forEach((row) => sortBy(row, (id) => parents.get(id) ?? [], place));
    rows.toReversed().forEach((row) => sortBy(row, (id) => children.get(id) ?? [], place));
  }
  rows.forEach((row) => sortBy(row, (id) => parents.get(id) ?? [], place));
  return new Map(nodes.map(({ id }) => [id, { layer: layers.get(id) ?? 0, place: place.get(id) ?? 0 }]));
}
