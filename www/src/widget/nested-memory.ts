// The module for other people's pages: it defines `<nested-memory>`, and gives the memory without any picture too.
import { NestedMemory } from "../nested-memory";
import { NestedMemoryElement } from "./element";

// The base lies beside this module, wherever that is.
const home = import.meta.url;
NestedMemory.base = new URL("base/", home);
if (!customElements.get("nested-memory")) customElements.define("nested-memory", NestedMemoryElement);

declare global {
  interface HTMLElementTagNameMap {
    "nested-memory": NestedMemoryElement;
  }
}

export { NestedMemory, NestedMemoryElement };
export { MemoryError } from "../worker-client";
export type * from "../nested-memory";
export type * from "../protocol";
