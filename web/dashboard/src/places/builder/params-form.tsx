import { useState } from 'react';
import { plainText } from '../../lib/markdown';
import type { Built } from './editor';
import { keptText, type ParamSpec, paramProblem, paramText, paramValue, sectionsOf } from './param-values';

interface ParamsFormProps {
  built: Built;
  isEditable: boolean;
  /** A value was settled; null takes the default. */
  onParam: (name: string, value: unknown) => void;
}

/** The parameters by section; each is saved when it is left, and says at once what is wrong with it. */
export function ParamsForm({ built, isEditable, onParam }: ParamsFormProps) {
  const [isAll, setAll] = useState(false);
  const given = built.params as Record<string, unknown>;
  const shown = built.paramSpecs.filter(({ advanced, name }) => isAll || !advanced || name in given);
  const errors = new Map(built.buildErrors.map(({ loc, message }) => [loc.at(-1), message]));
  return (
    <section aria-label="Parameters" className="params-form">
      <h2>Parameters</h2>
      {sectionsOf(shown).map(({ name, specs }) => (
        <fieldset key={name} className="choices" disabled={!isEditable}>
          <legend>{name}</legend>
          {specs.map((spec) => (
            <Param key={spec.name} spec={spec} given={given[spec.name]} error={errors.get(spec.name)} onParam={onParam} />
          ))}
        </fieldset>
      ))}
      {built.paramSpecs.some(({ advanced }) => advanced) && (
        <button type="button" className="button quiet" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
          {isAll ? 'Hide advanced parameters' : 'Show advanced parameters'}
        </button>
      )}
    </section>
  );
}

interface ParamProps {
  spec: ParamSpec;
  given: unknown;
  error: string | undefined;
  onParam: ParamsFormProps['onParam'];
}

function Param({ spec, given, error, onParam }: ParamProps) {
  const saved = paramText(given);
  const [typed, setTyped] = useState({ text: saved, from: saved });
  if (typed.from !== saved) setTyped(keptText(typed, saved));
  const { text } = typed;
  const setText = (next: string): void => setTyped({ text: next, from: saved });
  const problem = paramProblem(spec, text) ?? error;
  const settle = (next: string): void => {
    if (paramProblem(spec, next)) return;
    const value = next === '' ? null : paramValue(spec, next);
    setText(paramText(value));
    if (paramText(value) !== saved) onParam(spec.name, value);
  };
  const choices = spec.type === 'BOOLEAN' ? ['true', 'false'] : (spec.enumValues ?? []).map(String);
  const common = { 'aria-invalid': problem !== undefined, 'data-param': spec.name, title: plainText(spec.description) };
  return (
    <label className="field" data-set={given !== undefined}>
      <span>
        {spec.title}
        {spec.required && <span className="small"> required</span>}
      </span>
      {choices.length > 0 ? (
        <select
          {...common}
          value={text}
          onChange={(event) => settle(event.target.value)}
        >
          <option value="">{paramText(spec.default) || 'none'} (default)</option>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          inputMode={spec.type === 'INTEGER' || spec.type === 'NUMBER' ? 'decimal' : 'text'}
          placeholder={paramText(spec.default)}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => settle(text)}
          onKeyDown={(event) => event.key === 'Enter' && settle(text)}
        />
      )}
      {problem && <span className="problem">{problem}</span>}
    </label>
  );
}
