"""Reads a memory with safetensors and NumPy alone, checks it, and draws one level's weights as a picture.

    python read_snapshot.py SNAPSHOT.safetensors [--level slow] [--block 0] [--png level.png]
"""

import argparse
import hashlib
import json
import struct
import zlib

import numpy
from safetensors import safe_open

LEVELS = ("fast", "mid", "slow")


def read(path):
    """The tensors by name, and what stands beside them: `label` (format, base, clock, title, parent), `sha256`, `kind`."""
    with safe_open(path, "numpy") as file:
        # safetensors keeps text only; ours is one JSON text, and the label in it another.
        about = json.loads(file.metadata()["nested_memory"])
        about["label"] = json.loads(about["label"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    return tensors, about


def checksum(tensors):
    """SHA-256 over names and numbers, in the order of the names: what `about["sha256"]` promises."""
    found = hashlib.sha256()
    for name in sorted(tensors):
        numbers = tensors[name].astype("<f4").tobytes()
        for part in (name.encode(), numbers):
            found.update(struct.pack("<Q", len(part)))
            found.update(part)
    return found.hexdigest()


def colours(weights):
    """White is zero, blue is negative, orange positive, full colour the largest: units × width × RGB, 0 to 255."""
    share = weights / max(numpy.abs(weights).max(), 1e-30)
    positive, negative = numpy.array([200, 90, 0]), numpy.array([40, 70, 200])
    towards = numpy.where(share[..., None] >= 0, positive, negative)
    picture = 255 + (towards - 255) * numpy.abs(share)[..., None]
    return picture.round().astype(numpy.uint8)


def png(picture):
    """An RGB picture as the bytes of a PNG file."""
    height, width, _ = picture.shape

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + row.tobytes() for row in picture)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def remembering(tensors, level):
    """The names of a level's weights, block by block: a base's first blocks may remember nothing."""
    names = [name for name in tensors if name.endswith(f".level.{level}.memory")]
    return sorted(names, key=lambda name: int(name.split(".")[1]))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("snapshot")
    arguments.add_argument("--level", choices=LEVELS, default="slow")
    arguments.add_argument("--block", type=int, help="without it the first block that remembers")
    arguments.add_argument("--png")
    told = arguments.parse_args()
    tensors, about = read(told.snapshot)
    if checksum(tensors) != about["sha256"]:
        raise SystemExit("The numbers are not those that were written.")
    clock = about["label"]["clock"]
    print(f"{clock['tokens']} tokens in {clock['conversations']} conversations, base {about['label']['base'][:12]}")
    for name, numbers in sorted(tensors.items()):
        print(f"{name:<32} {str(numbers.shape):>14}  length {numpy.linalg.norm(numbers):.4f}")
    if told.png:
        names = remembering(tensors, told.level)
        if told.block is not None:
            names = [name for name in names if name.startswith(f"block.{told.block}.")]
        if not names:
            raise SystemExit(f"Block {told.block} remembers nothing; try it without --block.")
        weights = tensors[names[0]]
        with open(told.png, "wb") as file:
            file.write(png(colours(weights)))


if __name__ == "__main__":
    main()
