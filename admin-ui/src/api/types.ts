// What the server sends, in its own words.

export interface BaseRecord {
  id: string;
  collectionId: string;
  collectionName: string;
  expand?: Record<string, BaseRecord | BaseRecord[]>;
  [field: string]: unknown;
}

export interface SuperuserRecord extends BaseRecord {
  email: string;
}

export interface Page<T> {
  page: number;
  perPage: number;
  totalItems: number;
  totalPages: number;
  items: T[];
}

export type FieldTypeName =
  | 'text'
  | 'number'
  | 'bool'
  | 'email'
  | 'url'
  | 'editor'
  | 'date'
  | 'autodate'
  | 'select'
  | 'json'
  | 'relation'
  | 'file'
  | 'geoPoint'
  | 'password';

/** A field of a collection: the options of its type stand beside the common ones. */
export interface Field {
  id: string;
  name: string;
  type: FieldTypeName;
  system: boolean;
  hidden: boolean;
  presentable: boolean;
  help?: string;
  required?: boolean;
  primaryKey?: boolean;
  min?: number | string | null;
  max?: number | string | null;
  pattern?: string;
  autogeneratePattern?: string;
  onlyInt?: boolean;
  exceptDomains?: string[] | null;
  onlyDomains?: string[] | null;
  maxSize?: number;
  convertURLs?: boolean;
  onCreate?: boolean;
  onUpdate?: boolean;
  values?: string[];
  minSelect?: number;
  maxSelect?: number;
  collectionId?: string;
  cascadeDelete?: boolean;
  mimeTypes?: string[] | null;
  thumbs?: string[] | null;
  protected?: boolean;
  cost?: number;
}

export type RuleName = 'listRule' | 'viewRule' | 'createRule' | 'updateRule' | 'deleteRule';
export type CollectionType = 'base' | 'auth' | 'view';

export interface TokenOptions {
  duration: number;
  secret?: string;
}

export interface Template {
  subject: string;
  body: string;
}

/** Options that only auth collections have. */
export interface AuthOptions {
  authRule: string | null;
  manageRule: string | null;
  authAlert: { enabled: boolean; emailTemplate: Template };
  oauth2: { enabled: boolean; providers: Record<string, unknown>[]; mappedFields: Record<string, string> };
  passwordAuth: { enabled: boolean; identityFields: string[] };
  mfa: { enabled: boolean; duration: number; rule: string };
  otp: { enabled: boolean; duration: number; length: number; emailTemplate: Template };
  authToken: TokenOptions;
  passwordResetToken: TokenOptions;
  emailChangeToken: TokenOptions;
  verificationToken: TokenOptions;
  fileToken: TokenOptions;
  verificationTemplate: Template;
  resetPasswordTemplate: Template;
  confirmEmailChangeTemplate: Template;
}

export interface Collection extends Partial<AuthOptions> {
  id: string;
  name: string;
  type: CollectionType;
  system: boolean;
  fields: Field[];
  indexes: string[];
  listRule: string | null;
  viewRule: string | null;
  createRule: string | null;
  updateRule: string | null;
  deleteRule: string | null;
  viewQuery?: string;
  created: string;
  updated: string;
}

/** A collection as it is sent: what is left out keeps its value. */
export type CollectionDraft = Omit<Partial<Collection>, 'fields'> & { fields?: DraftField[] };
export type DraftField = Partial<Field> & { name: string; type: FieldTypeName };
