// A frame tells the page around it how high it would like to be.

/** What is sent: a message of our own, and what Canvas and Moodle listen to, as an object and as text. */
export function heightMessages(height: number): unknown[] {
  const lti = { subject: "lti.frameResize", height };
  return [{ type: "nested-memory:height", height }, lti, JSON.stringify(lti)];
}

/** Whether the page around this one is another site's, so that what the browser keeps here it keeps for that site alone. */
export function inForeignFrame(): boolean {
  if (window.top === window) return false;
  try {
    return new URL(window.top!.location.href).origin !== location.origin;
  } catch {
    // Reading the address of a stranger is refused.
    return true;
  }
}

/** How high the element would like to be, one column below the other where it is narrow. */
export function wishedHeight(width: number): number {
  return width < 860 ? 780 : 680;
}

/**
 * Tells the page around how high an element would like to be, whenever that has changed, once a frame at most. It depends on
 * the width alone: were it to depend on how high the frame is now, neither would come to rest.
 */
export function reportHeight(element: HTMLElement): void {
  if (window.parent === window) return;
  let told = 0;
  let scheduled = false;
  const tell = () => {
    scheduled = false;
    const height = wishedHeight(element.clientWidth);
    if (height === told || element.clientWidth === 0) return;
    told = height;
    // A height is no secret, and who is around is not known.
    for (const message of heightMessages(height)) window.parent.postMessage(message, "*");
  };
  const observer = new ResizeObserver(() => {
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(tell);
  });
  observer.observe(element);
}
