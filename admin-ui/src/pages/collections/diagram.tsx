// The collections and how they point to each other. The library that draws it is loaded with this page only.
import '@xyflow/react/dist/style.css';
import { Switch, useComputedColorScheme } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Background, Controls, type Edge, type Node, ReactFlow } from '@xyflow/react';
import { useMemo } from 'react';
import { useCollections } from '../../api/queries';
import { EmptyState, PageHeader } from '../../parts';
import classes from './diagram.module.css';
import { arrange } from './diagram-layout';
import { CollectionNode } from './diagram-node';

const NODES = { collection: CollectionNode };

export function Diagram() {
  const { system = false } = useSearch({ from: '/inside/collections/diagram' });
  const navigate = useNavigate({ from: '/collections/diagram' });
  const all = useCollections();
  const scheme = useComputedColorScheme('light');
  const { nodes, edges } = useMemo(
    (): { nodes: Node[]; edges: Edge[] } => arrange(all.filter((each) => system || !each.system)),
    [all, system],
  );
  return (
    <div className={classes.page}>
      <PageHeader
        title="Diagram"
        note="Every collection and where its relations point. Click one to open it."
        actions={
          <Switch
            label="System"
            size="xs"
            checked={system}
            onChange={(event) =>
              void navigate({ search: event.currentTarget.checked ? { system: true } : {}, replace: true })
            }
          />
        }
      />
      <div className={classes.canvas}>
        {nodes.length === 0 ? (
          <EmptyState title="Nothing to draw yet">Collections and their relations appear here.</EmptyState>
        ) : (
          <ReactFlow
            key={`${system} ${nodes.length}`}
            nodes={nodes}
            edges={edges}
            nodeTypes={NODES}
            colorMode={scheme}
            fitView
            fitViewOptions={{ maxZoom: 1.1, padding: 0.12 }}
            minZoom={0.15}
            nodesConnectable={false}
            edgesFocusable={false}
            onNodeClick={(_, node) =>
              void navigate({ to: '/c/$collection/fields', params: { collection: String(node.data.name) } })
            }
            proOptions={{ hideAttribution: true }}
          >
            <Background gap={18} size={1} bgColor="var(--luge-page)" color="var(--luge-line-strong)" />
            <Controls showInteractive={false} />
          </ReactFlow>
        )}
      </div>
    </div>
  );
}
