"""The widget for notebooks, without a browser: its traits, and the example from start to end."""

import pathlib
import shutil
import sys
import tempfile
import unittest

import nbclient
import nbformat

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "www/examples/jupyter"
sys.path.insert(0, str(EXAMPLES))

import nested_memory  # noqa: E402


class AWidgetInANotebook(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def install(self, where="nested-memory"):
        package = self.folder / where
        package.mkdir(parents=True)
        (package / "anywidget.js").write_text("export default { render() {} }\n", encoding="utf-8")

    def test_says_where_it_looked_for_the_package(self):
        with self.assertRaisesRegex(FileNotFoundError, "npm install nested-memory"):
            nested_memory.NestedMemory(folder=self.folder)

    def test_finds_the_package_and_hands_its_module_over(self):
        for where in ("node_modules/nested-memory", "nested-memory"):
            self.install(where)
            widget = nested_memory.NestedMemory(folder=self.folder, key="course", step=2)
            self.assertEqual((widget.assets, widget.key, widget.step), (where, "course", 2))
            self.assertIn("render", widget._esm)
            self.assertEqual(set(widget.keys) & {"key", "lang", "lesson", "step", "device", "theme", "panels", "assets"},
                             {"key", "lang", "lesson", "step", "device", "theme", "panels", "assets"})

    def test_plays_the_example_notebook(self):
        self.install()
        shutil.copy(EXAMPLES / "nested_memory.py", self.folder)
        notebook = nbformat.read(EXAMPLES / "example.ipynb", as_version=4)
        nbformat.validate(notebook)
        nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(self.folder)}}).execute()
        shown = [output["data"] for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
        self.assertTrue(any("application/vnd.jupyter.widget-view+json" in data for data in shown), shown)


if __name__ == "__main__":
    unittest.main()
