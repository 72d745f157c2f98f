"""A memory to talk with, as a widget in a notebook.

`assets` is where the folder of the package lies, as the browser sees it: a path below the folder that Jupyter serves
(the default: `nested-memory`, beside the notebook), or a whole address.
"""

import pathlib

import anywidget
import traitlets

#: Where the package may lie on this computer: beside the notebook, installed by npm, or built in the project.
FOLDERS = ("nested-memory", "node_modules/nested-memory", "../../dist-widget")


def find(start=None):
    """The folder of the package, or an error that says where it was looked for."""
    start = pathlib.Path(start or ".").resolve()
    for folder in FOLDERS:
        if (start / folder / "anywidget.js").is_file():
            return (start / folder).resolve()
    raise FileNotFoundError(f"No nested-memory below {start}: looked for {', '.join(FOLDERS)}. Run `npm install nested-memory` there.")


class NestedMemory(anywidget.AnyWidget):
    """`<nested-memory>`, with its attributes as traits. An empty trait is an attribute that is not there."""

    _esm = "export default { render() {} }"
    assets = traitlets.Unicode("nested-memory").tag(sync=True)
    key = traitlets.Unicode("default").tag(sync=True)
    lang = traitlets.Unicode("").tag(sync=True)
    lesson = traitlets.Unicode("").tag(sync=True)
    step = traitlets.Int(1).tag(sync=True)
    device = traitlets.Unicode("auto").tag(sync=True)
    theme = traitlets.Unicode("auto").tag(sync=True)
    panels = traitlets.Unicode("").tag(sync=True)

    def __init__(self, folder=None, **traits):
        package = find(folder)
        here = pathlib.Path(folder or ".").resolve()
        if "assets" not in traits and package.is_relative_to(here):
            traits["assets"] = package.relative_to(here).as_posix()
        super().__init__(_esm=(package / "anywidget.js").read_text(encoding="utf-8"), **traits)
