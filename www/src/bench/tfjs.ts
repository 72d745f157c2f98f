// The operations on TensorFlow.js.
import * as tf from "@tensorflow/tfjs-core";
import type { Ops } from "./ops";

type Tensor = tf.Tensor;

/** Numbers as tensors: made once, for each one made anew would go to the device anew. */
const numbers = new Map<number, Tensor>();

function value(b: Tensor | number): Tensor {
  if (typeof b !== "number") return b;
  let tensor = numbers.get(b);
  if (!tensor) {
    tensor = tf.keep(tf.scalar(b));
    numbers.set(b, tensor);
  }
  return tensor;
}

const tidied =
  <A extends Tensor[], R extends Tensor[]>(f: (...given: A) => R) =>
  (...given: A): R =>
    tf.tidy(() => f(...given));

/** Whether the backend has an operation of its own; the wasm one lacks a few. */
const has = (kernel: string): boolean => tf.getKernel(kernel, tf.getBackend()) !== undefined;

export const tfjs: Ops<Tensor> = {
  tensor: (values, shape) => tf.tensor(values, shape),
  ids: (values) => tf.tensor1d(values, "int32"),
  add: (a, b) => tf.add(a, value(b)),
  sub: (a, b) => tf.sub(a, b),
  mul: (a, b) => tf.mul(a, value(b)),
  div: (a, b) => tf.div(a, b),
  maximum: (a, b) => tf.maximum(a, value(b)),
  minimum: (a, b) => tf.minimum(a, b),
  neg: (a) => tf.neg(a),
  exp: (a) => tf.exp(a),
  log: (a) => tf.log(a),
  sqrt: (a) => tf.sqrt(a),
  square: (a) => tf.square(a),
  relu: (a) => tf.relu(a),
  sigmoid: (a) => tf.sigmoid(a),
  // ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|)
  softplus: (a) =>
    has("Softplus") ? tf.softplus(a) : tf.add(tf.relu(a), tf.log(tf.add(tf.exp(tf.neg(tf.maximum(a, tf.neg(a)))), value(1)))),
  atMost: (a, b) => tf.cast(tf.lessEqual(a, value(b)), "float32"),
  softmax: (a) => tf.softmax(a, -1),
  sum: (a, axis) => tf.sum(a, axis, true),
  max: (a, axis) => tf.max(a, axis, true),
  argmax: (a) => tf.argMax(a, -1),
  matmul: (a, b, turnA = false, turnB = false) => tf.matMul(a, b, turnA, turnB),
  transpose: (a, axes) => tf.transpose(a, axes),
  reshape: (a, shape) => tf.reshape(a, shape),
  slice: (a, axis, from, count) => {
    const begin = a.shape.map((_, i) => (i === axis ? from : 0));
    const size = a.shape.map((length, i) => (i === axis ? count : length));
    return tf.slice(a, begin, size);
  },
  concat: (parts, axis) => tf.concat(parts, axis),
  rows: (matrix, ids) => tf.gather(matrix, ids as tf.Tensor1D),
  oneHot: (ids, count) => tf.cast(tf.oneHot(ids as tf.Tensor1D, count), "float32"),
  convolve: (rows, taps) => {
    const [length, channels] = rows.shape as [number, number];
    const count = taps.shape[0]!;
    const image = tf.reshape(rows, [1, length, 1, channels]) as tf.Tensor4D;
    const filter = tf.reshape(taps, [count, 1, channels, 1]) as tf.Tensor4D;
    return tf.reshape(tf.depthwiseConv2d(image, filter, 1, "valid"), [length - count + 1, channels]);
  },
  compiled: tidied,
  scope: (work) => tf.tidy(work),
  free: (tensors) => tf.dispose(tensors),
  read: async (tensor) => (await tensor.data()) as Float32Array | Int32Array,
};

/** Takes a backend; throws where it does not start. */
export async function startTfjs(backend: string): Promise<string> {
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js could not start its backend ${backend}.`);
  await tf.ready();
  return backend;
}
