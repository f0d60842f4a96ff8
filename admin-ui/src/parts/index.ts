// The parts that pages are composed of.
export { ask } from './ask';
export { ButtonLink } from './button-link';
export { CodeBlock } from './code-block';
export { confirm } from './confirm';
export { CopyButton } from './copy-button';
export { EmptyState } from './empty-state';
export { ErrorNote } from './error-note';
export { FIELD_KINDS, type FieldKind, fieldKind } from './field-kinds';
export * as format from './format';
export { Page } from './page';
export { PageHeader } from './page-header';
export { Panel } from './panel';
export { Place, placeOf, ScriptError } from './place';
export { Tile, TileRow } from './tiles';
export { explain, toast } from './toast';
