const TYPING = 'input, textarea, select, [contenteditable="true"], [role="dialog"] *';
/** Where the focus rests after something was opened: on nothing, on a tab, on the activity bar. */
const IDLE = 'body, [role="tab"], nav[aria-label="Places"] *';

/**
 * Puts the keyboard into what has just appeared, unless the user is busy in another field or in a dialog: views load late.
 * `idle` takes it only from where it rests, for lists and texts that may open beside what is being used.
 */
export function offerFocus(element: HTMLElement | null, { idle = false }: { readonly idle?: boolean } = {}): void {
  const { activeElement } = document;
  if (activeElement?.matches(TYPING) === true || document.querySelector('[role="dialog"]') !== null) return;
  if (idle && activeElement !== null && !activeElement.matches(IDLE)) return;
  element?.focus({ preventScroll: true });
}
