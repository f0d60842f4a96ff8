// A collection as the draft of another one.
import type { Collection, CollectionDraft, DraftField } from '../../api';
import { indexName, readIndex } from './index-sql';

/** The same fields, rules and options under another name; ids are the server's to give. */
export function copyOf(collection: Collection, name: string): CollectionDraft {
  const { id: _id, created: _created, updated: _updated, system: _system, fields, indexes, ...rest } = collection;
  const taken: string[] = [];
  return {
    ...rest,
    name,
    // System fields come with the type of the collection.
    fields: fields.filter((field) => !field.system).map(({ id: _field, ...field }): DraftField => field),
    indexes: indexes
      .filter(
        (sql) =>
          !readIndex(sql).columns.some(
            (column) => column === 'tokenKey' || (collection.type === 'auth' && column === 'email'),
          ),
      )
      .map((sql) => {
        const index = readIndex(sql);
        const fresh = indexName(name, index.columns.length > 0 ? index.columns : ['copy'], taken);
        taken.push(fresh);
        return sql.replace(index.name, fresh).replace(`\`${collection.name}\``, `\`${name}\``);
      }),
  };
}
