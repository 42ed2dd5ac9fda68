/** A field of a form that was made from a JSON schema. */
export interface FormField {
  readonly name: string;
  readonly title: string;
  readonly type: string;
  readonly required: boolean;
  readonly choices: readonly string[];
}

interface Schema {
  properties?: Record<string, { type?: string; title?: string; enum?: unknown[] }>;
  required?: string[];
}

/** The fields that an object's schema names; a schema of anything else has none. */
export function fieldsOf(schema: unknown): FormField[] {
  const { properties = {}, required = [] } = (schema ?? {}) as Schema;
  return Object.entries(properties).map(([name, property]) => ({
    name,
    title: property.title ?? name,
    type: property.type ?? 'string',
    required: required.includes(name),
    choices: (property.enum ?? (property.type === 'boolean' ? [true, false] : [])).map(String),
  }));
}

/** What was typed, as the schema wants it; arrays and objects are typed as JSON. */
export function typedValue({ type }: FormField, text: string): unknown {
  if (type === 'number' || type === 'integer') return Number(text);
  if (type === 'boolean') return text === 'true';
  if (type !== 'array' && type !== 'object') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // the server says what is wrong with it
  }
}
