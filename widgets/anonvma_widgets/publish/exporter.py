"""What slides and pages have in common as plug-ins of nbconvert.

Each has a template of its own in ``templates/``, which gets what ``named`` returns.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode
from traitlets import List, Unicode, default

from anonvma_widgets.publish.capture import capture

FOLDER = Path(__file__).parent

Resources = dict[str, Any]


class BookExporter(TemplateExporter):
    """A notebook as HTML. One that was captured before is not run again."""

    suffix: ClassVar[str]
    design: ClassVar[str]

    output_mimetype = "text/html"
    extra_template_basedirs = List(Unicode(), [str(FOLDER / "templates")]).tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return self.suffix

    @default("template_name")
    def _template_name_default(self) -> str:
        return self.design

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".html.j2"

    def __init__(self, config: Any = None, **named: Any) -> None:
        super().__init__(config=config, **named)  # type: ignore[no-untyped-call]
        self._python = Highlight2HTML(pygments_lexer="python", parent=self)  # type: ignore[no-untyped-call]

    def from_notebook_node(  # type: ignore[override] # as all that are made from templates
        self, nb: NotebookNode, resources: Resources | None = None, **kw: Any
    ) -> tuple[str, Resources]:
        """The file's text. The notebook is run, unless that was done before."""
        found = dict(resources or {})
        folder = Path(found.get("metadata", {}).get("path") or ".")
        captured = nb if "anonvma" in nb.metadata else capture(nb, folder)
        named = self.named(captured, folder, found)
        made: tuple[str, Resources] = super().from_notebook_node(captured, named, **kw)
        return made

    def named(self, captured: NotebookNode, folder: Path, resources: Resources) -> Resources:
        """``resources`` with what the template needs of a captured notebook of ``folder``."""
        raise NotImplementedError

    def highlight(self, source: str) -> str:
        """Python as HTML."""
        return str(self._python(source))


def linked(address: str, suffix: str) -> str:
    """A link of a chapter where chapters are files with that ending; its heading stays."""
    path, sign, heading = address.partition("#")
    if path.endswith(".ipynb") and ":" not in path:
        return path.removesuffix(".ipynb") + suffix + sign + heading
    return address
