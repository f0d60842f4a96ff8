// One setting of a plugin, by its type.
import { NumberInput, Select, Switch, TextInput } from '@mantine/core';
import type { PluginSetting } from '../../api';

interface Props {
  setting: PluginSetting;
  value: unknown;
  error: string | undefined;
  change: (value: unknown) => void;
}

export function SettingInput({ setting, value, error, change }: Props) {
  const { key, type, label, help, values, required } = setting;
  const common = {
    label: label || key,
    description: help || undefined,
    error,
    // Whether it may be empty is the server's to say, with everything else that is wrong.
    withAsterisk: required,
  };
  const text = value === null || value === undefined ? '' : String(value);
  if (type === 'bool')
    return (
      <Switch
        label={common.label}
        description={common.description}
        error={error}
        checked={value === true}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    );
  if (type === 'select')
    return (
      <Select
        {...common}
        data={values}
        value={text === '' ? null : text}
        allowDeselect={!required}
        onChange={(next) => change(next)}
      />
    );
  if (type === 'number')
    return (
      <NumberInput
        {...common}
        value={text === '' ? '' : Number(text)}
        onChange={(next) => change(next === '' ? null : next)}
      />
    );
  return (
    <TextInput
      {...common}
      type={type === 'text' ? 'text' : type}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
