import { useMantineColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { useSettings } from '../client/systemQueries.ts';

/** The theme of the settings; Mantine keeps a copy in localStorage, so that the first paint already has it. */
export function useTheme(): void {
  const theme = useSettings().data?.theme;
  const { setColorScheme } = useMantineColorScheme();
  // Outside system: the colour scheme attribute of the document.
  useEffect(() => {
    if (theme !== undefined) setColorScheme(theme === 'system' ? 'auto' : theme);
  }, [theme]);
}
