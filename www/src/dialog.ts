/**
 * Opens a dialog with the focus on its harmless button. Not by `autofocus`: inside another site's page a browser complains of
 * the mere attribute.
 */
export function showDialog(dialog: HTMLDialogElement, button: string): void {
  dialog.showModal();
  dialog.querySelector<HTMLElement>(`[data-testid="${button}"]`)?.focus();
}
