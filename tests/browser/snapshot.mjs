// Snapshots as an enemy or a bad disk would have them, made from a good one. A snapshot is safetensors: eight bytes of
// length, a JSON header of that length, the numbers.

export function read(file) {
  const length = Number(file.readBigUInt64LE(0));
  return { header: JSON.parse(file.subarray(8, 8 + length).toString()), data: file.subarray(8 + length) };
}

export function write({ header, data }) {
  const json = Buffer.from(JSON.stringify(header));
  // Eight-byte alignment, as writers of the format have it.
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, " ")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, data]);
}

/** A copy with its label (format, base, clock, title) changed by `edit(label)`. The label is JSON in JSON in the header. */
export function withLabel(file, edit) {
  const snapshot = read(file);
  const outer = snapshot.header.__metadata__;
  const inner = JSON.parse(outer.nested_memory);
  const label = JSON.parse(inner.label);
  edit(label);
  outer.nested_memory = JSON.stringify({ ...inner, label: JSON.stringify(label) });
  return write(snapshot);
}

/** A copy with its header changed by `edit(header)`. */
export function withHeader(file, edit) {
  const snapshot = read(file);
  edit(snapshot.header);
  return write(snapshot);
}

/** A copy with some bytes of its numbers changed. */
export function withData(file, edit) {
  const snapshot = read(file);
  const data = Buffer.from(snapshot.data);
  edit(data, snapshot.header);
  return write({ ...snapshot, data });
}
