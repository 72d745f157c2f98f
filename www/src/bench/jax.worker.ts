// The model on jax-js.
import "./counter";
import { jax, startJax } from "./jax";
import { serve } from "./serve";

serve(async (device) => ({ ops: jax, adapter: await startJax(device) }));
