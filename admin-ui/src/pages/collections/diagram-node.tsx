import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { fieldKind } from '../../parts';
import classes from './diagram.module.css';
import type { BoxData } from './diagram-layout';

/** One collection in the diagram. */
export function CollectionNode({ data }: NodeProps<Node<BoxData>>) {
  return (
    <div className={classes.node}>
      <Handle type="target" position={Position.Left} className={classes.handle} style={{ top: 16 }} />
      <div className={classes.name}>
        <span className="truncate">{data.name}</span>
        {data.type !== 'base' && <small>{data.type}</small>}
      </div>
      {data.fields.map((field) => {
        const { icon: Icon } = fieldKind(field.type);
        return (
          <div key={field.id} className={classes.field} data-relation={field.type === 'relation' || undefined}>
            <Icon size={13} aria-hidden />
            <span className="truncate">{field.name}</span>
            {field.type === 'relation' && (
              <Handle type="source" id={field.id} position={Position.Right} className={classes.handle} />
            )}
          </div>
        );
      })}
      {data.more > 0 && <div className={classes.field}>and {data.more} more</div>}
    </div>
  );
}
