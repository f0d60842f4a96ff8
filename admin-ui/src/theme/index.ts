// The look of every Mantine component: dense, small radius, the system's own font, one accent.
import { Alert, type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const glacier: MantineColorsTuple = [
  '#eef8fb',
  '#d9eff6',
  '#b3dfee',
  '#83cbe3',
  '#55b8da',
  '#2b9bc3',
  '#1283ae',
  '#0b6c92',
  '#0a5878',
  '#0b4660',
];

const dark: MantineColorsTuple = [
  '#e4e9ef',
  '#c3ccd6',
  '#97a3b1',
  '#8592a1',
  '#343d49',
  '#262d37',
  '#1a2029',
  '#151a21',
  '#0e1217',
  '#0b0e12',
];

const gray: MantineColorsTuple = [
  '#f7f8fa',
  '#f1f3f6',
  '#e1e5ea',
  '#d5dae1',
  '#cbd2da',
  '#8a95a3',
  '#566270',
  '#414b57',
  '#2a323c',
  '#161d26',
];

export const theme = createTheme({
  colors: { glacier, dark, gray },
  primaryColor: 'glacier',
  primaryShade: { light: 7, dark: 7 },
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif',
  fontFamilyMonospace: 'var(--luge-mono)',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.35' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.45' },
    },
  },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'sm' }, styles: { label: { fontWeight: 560 } } },
    InputWrapper: { styles: { label: { fontWeight: 560 } } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', allowDeselect: false } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 } } },
    Drawer: { defaultProps: { overlayProps: { backgroundOpacity: 0.35 } } },
    // The yellow of a title cannot be read on the yellow around it.
    Alert: Alert.extend({
      styles: (_theme, { color }) => (color === 'yellow' ? { title: { color: 'var(--luge-warn)' } } : {}),
    }),
    Badge: {
      defaultProps: { variant: 'light', radius: 'sm' },
      styles: { label: { textTransform: 'none', fontWeight: 560 } },
    },
    Table: { defaultProps: { verticalSpacing: 7, horizontalSpacing: 'sm' } },
  },
});

/** Maps Mantine's own variables to our tokens, so that a component without a style of its own fits in. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': 'var(--luge-panel)',
    '--mantine-color-text': 'var(--luge-text)',
    '--mantine-color-dimmed': 'var(--luge-soft)',
    '--mantine-color-default-border': 'var(--luge-line-strong)',
    '--mantine-color-placeholder': '#6b7684',
    '--mantine-color-error': 'var(--luge-bad)',
    '--mantine-color-anchor': 'var(--luge-accent)',
  },
  dark: {
    '--mantine-color-body': 'var(--luge-panel)',
    '--mantine-color-text': 'var(--luge-text)',
    '--mantine-color-dimmed': 'var(--luge-soft)',
    '--mantine-color-default-border': 'var(--luge-line-strong)',
    '--mantine-color-placeholder': '#8592a1',
    '--mantine-color-error': 'var(--luge-bad)',
    '--mantine-color-anchor': 'var(--luge-accent)',
  },
});
