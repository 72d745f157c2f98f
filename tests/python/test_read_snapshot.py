"""A researcher's way to a memory: Python, safetensors and NumPy, nothing of ours."""

import pathlib
import struct
import sys
import unittest
import zlib

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "crate/lab/docs"))
GOLDEN = ROOT / "crate/model/tests/golden/snapshot-1.safetensors"

import read_snapshot  # noqa: E402


class ASnapshotInPython(unittest.TestCase):
    def setUp(self):
        self.tensors, self.about = read_snapshot.read(GOLDEN)

    def test_has_the_documented_names_and_shapes(self):
        expected = {"pending.tokens": (3,), "pending.lessons": (3,)}
        for block in range(2):
            for level in read_snapshot.LEVELS:
                prefix = f"block.{block}.level.{level}"
                expected[f"{prefix}.memory"] = expected[f"{prefix}.pending"] = (10, 8)
                if level != "fast":
                    expected[f"{prefix}.shield"] = (10, 10)
            expected[f"block.{block}.mixer.state"] = (2, 4, 4)
            expected[f"block.{block}.mixer.tail"] = (3, 16)
        self.assertEqual({name: numbers.shape for name, numbers in self.tensors.items()}, expected)

    def test_says_where_it_comes_from(self):
        label = self.about["label"]
        self.assertEqual((self.about["kind"], label["format"], label["title"], label["parent"]), ("snapshot", 1, "golden", "41"))
        self.assertEqual(label["clock"]["conversations"], 1)

    def test_has_the_numbers_that_were_written(self):
        self.assertEqual(read_snapshot.checksum(self.tensors), self.about["sha256"])
        self.tensors["block.0.level.slow.memory"][0, 0] += 1
        self.assertNotEqual(read_snapshot.checksum(self.tensors), self.about["sha256"])

    def test_is_drawn_from_the_first_block_that_remembers(self):
        both = [f"block.{block}.level.slow.memory" for block in range(2)]
        self.assertEqual(read_snapshot.remembering(self.tensors, "slow"), both)
        for name in [name for name in self.tensors if name.startswith("block.0.level.")]:
            del self.tensors[name]
        self.assertEqual(read_snapshot.remembering(self.tensors, "slow"), both[1:])

    def test_can_be_drawn(self):
        weights = self.tensors["block.0.level.slow.memory"]
        picture = read_snapshot.colours(weights)
        red, blue = picture[..., 0].astype(int), picture[..., 2].astype(int)
        self.assertTrue((red >= blue)[weights > 0].all() and (blue >= red)[weights < 0].all())
        self.assertTrue((picture[weights == 0] == 255).all())
        file = read_snapshot.png(picture)
        width, height = struct.unpack(">II", file[16:24])
        self.assertEqual((width, height), (8, 10))
        start = file.index(b"IDAT") + 4
        length = struct.unpack(">I", file[start - 8 : start - 4])[0]
        rows = numpy.frombuffer(zlib.decompress(file[start : start + length]), numpy.uint8).reshape(10, 1 + 8 * 3)
        self.assertTrue((rows[:, 1:].reshape(picture.shape) == picture).all())


if __name__ == "__main__":
    unittest.main()
