// What wasm-bindgen writes into src/generated, told to TypeScript so that `npm run check` works before the runtime is built.
// When the files are there, their own types win.
declare module "*nested_memory_web.js" {
  export default function init(options: { module_or_path: Response | URL | string }): Promise<unknown>;
  export function start(): void;
}
