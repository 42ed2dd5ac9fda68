/** The colours: those of the system, or the user's choice. */
export type Theme = 'system' | 'light' | 'dark';

export const THEMES: Record<Theme, { label: string; next: Theme }> = {
  system: { label: 'Colours of the system', next: 'light' },
  light: { label: 'Light colours', next: 'dark' },
  dark: { label: 'Dark colours', next: 'system' },
};

const KEPT = 'lanekeeper-theme';

export function themeKept(): Theme {
  const kept = localStorage.getItem(KEPT);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export const nextTheme = (theme: Theme): Theme => THEMES[theme].next;

export function applyTheme(theme: Theme): void {
  document.documentElement.style.colorScheme = theme === 'system' ? '' : theme;
  if (theme === 'system') localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, theme);
}
