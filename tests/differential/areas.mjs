// The areas of the differential test, in the order in which they run.

import { collections } from "./areas/collections.mjs";
import { fieldOptions } from "./areas/field-options.mjs";
import { collectionEdits } from "./areas/collection-edits.mjs";
import { indexes } from "./areas/indexes.mjs";
import { values } from "./areas/values.mjs";
import { modifiers } from "./areas/modifiers.mjs";
import { filters } from "./areas/filters.mjs";
import { relations } from "./areas/relations.mjs";
import { lists } from "./areas/lists.mjs";
import { rules } from "./areas/rules.mjs";
import { batch } from "./areas/batch.mjs";
import { auth } from "./areas/auth.mjs";
import { authRecords } from "./areas/auth-records.mjs";
import { realtime } from "./areas/realtime.mjs";
import { protocol } from "./areas/protocol.mjs";
import { generated } from "./areas/generated.mjs";
import { settings } from "./areas/settings.mjs";

/** Name to function; `ONLY=name` runs one. */
export const AREAS = {
  collections,
  "field-options": fieldOptions,
  "collection-edits": collectionEdits,
  indexes,
  values,
  modifiers,
  filters,
  relations,
  lists,
  rules,
  batch,
  auth,
  "auth-records": authRecords,
  realtime,
  protocol,
  generated,
  settings,
};
