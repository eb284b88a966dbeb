import { Button, createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const indigo: MantineColorsTuple = ['#eef0ff', '#e0e2fd', '#c2c6fb', '#a5a9fa', '#9a9dff', '#7b80f5', '#5a5fe3', '#4a4fd6', '#3f43bd', '#33379c'];

const dark: MantineColorsTuple = ['#e3e6ec', '#a9afbb', '#8d94a2', '#5b6270', '#3b414c', '#2d323b', '#1f232a', '#16191e', '#111317', '#0c0e11'];

/** Mantine bent to the window's own language: 13 px, 4 px grid, 1 px lines, one elevation. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 6 },
  colors: { indigo, dark },
  fontFamily: 'var(--l-font)',
  fontFamilyMonospace: 'var(--l-mono)',
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '18px', md: '20px', lg: '24px', xl: '28px' },
  defaultRadius: 4,
  radius: { xs: '2px', sm: '4px', md: '4px', lg: '6px', xl: '6px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  shadows: { xs: 'none', sm: 'none', md: 'var(--l-float)', lg: 'var(--l-float)', xl: 'var(--l-float)' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: Button.extend({ defaultProps: { size: 'compact-sm', variant: 'default' } }),
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 24 } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', allowDeselect: false, checkIconPosition: 'right' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs', transitionDuration: 120 } },
    Switch: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 120 }, events: { hover: true, focus: true, touch: false }, multiline: true } },
    HoverCard: { defaultProps: { openDelay: 150, closeDelay: 80, shadow: 'md', transitionProps: { duration: 120 } } },
    // Without the placeholder the first item has the focus, and a menu holds menu items only.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, shadow: 'md', transitionProps: { duration: 80 } } },
    Modal: { defaultProps: { transitionProps: { duration: 120 }, overlayProps: { backgroundOpacity: 0.4 }, padding: 16 } },
  },
});

/** Mantine's own colours follow the tokens, so that one place decides. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--l-main)',
    '--mantine-color-text': 'var(--l-text)',
    '--mantine-color-dimmed': 'var(--l-dim)',
    '--mantine-color-placeholder': 'var(--l-faint)',
    '--mantine-color-default': 'var(--l-main)',
    '--mantine-color-default-hover': 'var(--l-hover)',
    '--mantine-color-default-color': 'var(--l-text)',
    '--mantine-color-default-border': 'var(--l-line-strong)',
    '--mantine-color-error': 'var(--l-red)',
    '--mantine-primary-color-filled': 'var(--l-accent-fill)',
    '--mantine-primary-color-contrast': 'var(--l-on-accent)',
    '--mantine-color-gray-light-hover': 'var(--l-hover)',
    '--mantine-color-gray-light-color': 'var(--l-dim)',
  };
  return { variables: {}, light: both, dark: both };
};
