// The operations on jax-js. Its functions take their arguments away; `ref` keeps them. Inside of `jit` nothing is
// computed: the operations are recorded once, fused into kernels, and run as one program from then on.
import { defaultDevice, init, jit, nn, numpy as np, type Array as Tensor } from "@jax-js/jax";
import type { Ops } from "./ops";

/** Tensors made since the innermost scope began. */
let made: Tensor[] = [];

function keep(tensor: Tensor): Tensor {
  made.push(tensor);
  return tensor;
}

function scope<R extends Tensor[]>(work: () => R): R {
  const outer = made;
  made = [];
  try {
    const given = work();
    const kept = new Set<Tensor>(given);
    for (const tensor of made) if (!kept.has(tensor)) tensor.dispose();
    return given;
  } finally {
    made = outer;
  }
}

const turned = (a: Tensor): Tensor => {
  const axes = a.shape.map((_, i) => i);
  return a.ref.transpose([...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
};

const part = (a: Tensor, axis: number, from: number, count: number): Tensor =>
  a.ref.slice(...Array.from({ length: axis }, () => [] as []), [from, from + count]);

const value = (b: Tensor | number): Tensor | number => (typeof b === "number" ? b : b.ref);

export const jax: Ops<Tensor> = {
  tensor: (values, shape) => np.array(values as Float32Array<ArrayBuffer>, { shape }),
  ids: (values) => np.array(Int32Array.from(values)),
  add: (a, b) => keep(a.ref.add(value(b))),
  sub: (a, b) => keep(a.ref.sub(b.ref)),
  mul: (a, b) => keep(a.ref.mul(value(b))),
  div: (a, b) => keep(a.ref.div(b.ref)),
  maximum: (a, b) => keep(np.maximum(a.ref, value(b))),
  minimum: (a, b) => keep(np.minimum(a.ref, b.ref)),
  neg: (a) => keep(a.ref.neg()),
  exp: (a) => keep(np.exp(a.ref)),
  log: (a) => keep(np.log(a.ref)),
  sqrt: (a) => keep(np.sqrt(a.ref)),
  square: (a) => keep(np.square(a.ref)),
  relu: (a) => keep(nn.relu(a.ref)),
  sigmoid: (a) => keep(nn.sigmoid(a.ref)),
  softplus: (a) => keep(nn.softplus(a.ref)),
  atMost: (a, b) => keep(a.ref.lessEqual(value(b)).astype(np.float32)),
  softmax: (a) => keep(nn.softmax(a.ref, -1)),
  sum: (a, axis) => keep(a.ref.sum(axis, { keepdims: true })),
  max: (a, axis) => keep(a.ref.max(axis, { keepdims: true })),
  argmax: (a) => keep(np.argmax(a.ref, -1)),
  matmul: (a, b, turnA = false, turnB = false) => keep(np.matmul(turnA ? turned(a) : a.ref, turnB ? turned(b) : b.ref)),
  transpose: (a, axes) => keep(a.ref.transpose(axes)),
  reshape: (a, shape) => keep(a.ref.reshape(shape)),
  slice: (a, axis, from, count) => keep(part(a, axis, from, count)),
  concat: (parts, axis) =>
    keep(
      np.concatenate(
        parts.map((tensor) => tensor.ref),
        axis,
      ),
    ),
  rows: (matrix, ids) => keep(np.take(matrix.ref, ids.ref, 0)),
  oneHot: (ids, count) => keep(nn.oneHot(ids.ref, count).astype(np.float32)),
  convolve: (rows, taps) => {
    const count = taps.shape[0]!;
    const length = rows.shape[0]! - count + 1;
    const term = (tap: number): Tensor => part(rows, 0, tap, length).mul(part(taps, 0, tap, 1));
    let sum = term(0);
    for (let tap = 1; tap < count; tap++) sum = sum.add(term(tap));
    return keep(sum);
  },
  compiled: (f) => {
    const run = jit((...given: Tensor[]) => {
      const done = scope(() => f(...(given as Parameters<typeof f>)));
      for (const tensor of given) tensor.dispose();
      return done;
    });
    return (...given) => run(...given.map((tensor) => tensor.ref)) as ReturnType<typeof f>;
  },
  scope,
  free: (tensors) => {
    for (const tensor of tensors) tensor.dispose();
  },
  read: async (tensor) => (await tensor.ref.data()) as Float32Array | Int32Array,
};

/** Starts the library on a device; throws where the device is missing. */
export async function startJax(device: "webgpu" | "cpu"): Promise<string> {
  // Its `cpu` is an interpreter for debugging; what it computes with on processors is `wasm`.
  const wanted = device === "cpu" ? "wasm" : device;
  const found = await init(wanted);
  if (!found.includes(wanted)) throw new Error(`jax-js has no ${wanted} here.`);
  defaultDevice(wanted);
  return wanted;
}
