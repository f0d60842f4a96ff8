// Where the boxes of the diagram stand.
import { Graph, layout } from '@dagrejs/dagre';
import type { Edge, Node } from '@xyflow/react';
import type { Collection, Field } from '../../api';

const WIDTH = 220;
const HEAD = 34;
const ROW = 24;
const MOST = 14;

export interface BoxData extends Record<string, unknown> {
  name: string;
  type: string;
  fields: Field[];
  more: number;
}

/** Relations first, then the others as far as there is room. */
function boxOf(collection: Collection): BoxData {
  const plain = collection.fields.filter((field) => !(field.system && field.hidden) && field.name !== 'id');
  const sorted = [
    ...plain.filter((field) => field.type === 'relation'),
    ...plain.filter((field) => field.type !== 'relation'),
  ];
  return {
    name: collection.name,
    type: collection.type,
    fields: sorted.slice(0, MOST),
    more: Math.max(0, sorted.length - MOST),
  };
}

export function arrange(collections: Collection[]): { nodes: Node<BoxData>[]; edges: Edge[] } {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 36, ranksep: 90 });
  graph.setDefaultEdgeLabel(() => ({}));
  const boxes = collections.map((collection) => ({ id: collection.id, data: boxOf(collection) }));
  const known = new Set(boxes.map((box) => box.id));
  for (const { id, data } of boxes)
    graph.setNode(id, { width: WIDTH, height: HEAD + ROW * (data.fields.length + (data.more ? 1 : 0)) });
  const edges: Edge[] = [];
  for (const { id, data } of boxes)
    for (const field of data.fields) {
      if (field.type !== 'relation' || !field.collectionId || !known.has(field.collectionId)) continue;
      graph.setEdge(id, field.collectionId);
      edges.push({
        id: `${id}-${field.id}`,
        source: id,
        sourceHandle: field.id,
        target: field.collectionId,
        label: (field.maxSelect ?? 1) > 1 ? 'many' : undefined,
      });
    }
  layout(graph);
  const nodes = boxes.map(({ id, data }): Node<BoxData> => {
    const { x, y, width, height } = graph.node(id) as { x: number; y: number; width: number; height: number };
    return {
      id,
      type: 'collection',
      data,
      position: { x: x - width / 2, y: y - height / 2 },
      ariaLabel: `Collection ${data.name}`,
    };
  });
  return { nodes, edges };
}
