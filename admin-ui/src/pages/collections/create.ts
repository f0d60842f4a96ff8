// Creates the collections of a template, in order, with relations put on the ids that the server gave.
import { type Collection, type CollectionDraft, collections } from '../../api';
import type { Template } from './templates';

/** Names that are free: a taken one gets a number. */
export function freeNames(template: Template, taken: Collection[], first?: string): Map<string, string> {
  const used = new Set(taken.map((each) => each.name.toLowerCase()));
  const names = new Map<string, string>();
  template.collections.forEach(({ name }, index) => {
    const base = index === template.collections.length - 1 && first ? first : name;
    let free = base;
    for (let n = 2; used.has(free.toLowerCase()); n += 1) free = `${base}${n}`;
    used.add(free.toLowerCase());
    names.set(name, free);
  });
  return names;
}

/** Creates them all and gives what was made; what was already made stays when a later one fails. */
export async function createAll(
  template: Template,
  names: Map<string, string>,
  taken: Collection[],
): Promise<Collection[]> {
  const ids = new Map(taken.map((each) => [each.name, each.id]));
  const made: Collection[] = [];
  for (const sketch of template.collections) {
    const created = await collections.create(placed(sketch, names, ids));
    ids.set(sketch.name, created.id);
    made.push(created);
  }
  return made;
}

function placed(
  sketch: Template['collections'][number],
  names: Map<string, string>,
  ids: Map<string, string>,
): CollectionDraft {
  const name = names.get(sketch.name) ?? sketch.name;
  return {
    type: 'base',
    ...sketch,
    name,
    fields: sketch.fields.map((field) =>
      field.collectionId ? { ...field, collectionId: ids.get(field.collectionId) ?? field.collectionId } : field,
    ),
    // The names of indexes are unique on the whole server.
    indexes: (sketch.indexes ?? []).map((sql) =>
      sql.replaceAll(`\`${sketch.name}\``, `\`${name}\``).replace(`idx_${sketch.name}_`, `idx_${name}_`),
    ),
  };
}
