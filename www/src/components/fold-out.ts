// A card that folds out of a button, as a `<details>`.

/** Escape closes an open card, and then nothing else that listens to it. */
export function closeWithEscape(details: HTMLDetailsElement, event: KeyboardEvent): void {
  if (event.key !== "Escape" || !details.open) return;
  event.stopPropagation();
  details.open = false;
}

/** Whoever leaves a card closes it. */
export function closeWhenLeft(details: HTMLDetailsElement, event: FocusEvent): void {
  if (!details.contains(event.relatedTarget as Node | null)) details.open = false;
}
