"""The site: the pages of this folder, as HTML with a search, and as Markdown with `llms.txt`.

The pages are written for GitHub, too. So nothing in them is Sphinx's own, except in `api.md`: the
navigation is made from the lists in `index.md`, and links that leave this folder lead to the
repository. https://www.sphinx-doc.org/en/master/usage/configuration.html
"""

from __future__ import annotations

import html
import json
import posixpath
import re
import shutil
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sphinx.writers.text import TextTranslator

if TYPE_CHECKING:
    from types import ModuleType

    from docutils.nodes import Element  # type: ignore[import-untyped]
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

DOCS = Path(__file__).parent
ROOT = DOCS.parent
ELSEWHERE = {
    "contributing": ".github/CONTRIBUTING.md",
    "security": ".github/SECURITY.md",
    "changelog": "CHANGELOG.md",
}
"""Pages of the site whose text is a file outside this folder; here they only link to it."""

DEVELOPMENT = "Developing speclock"
"""The last section of the navigation: pages for contributors, not for users."""

MADE_BY_CALLERS = ("Client", "Pagination", "Settings")
"""The public classes that a caller may make."""


def import_as_speclock() -> ModuleType:
    """Import `generator/` under the name that it is installed by."""
    folder = ROOT / "generator"
    spec = spec_from_file_location(
        "speclock", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["speclock"] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


speclock = import_as_speclock()
places = import_module("speclock.base.version")
version = release = speclock.__version__
PUBLIC = tuple(speclock.__all__)
REPOSITORY = f"https://github.com/{places.REPOSITORY}"
SITE: str = places.SITE
project = "speclock"
author = "speclock contributors"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_heading_anchors = 4
smartquotes = False
highlight_language = "text"
# Types that have no page here: of modules that are not public, and of the standard library.
nitpick_ignore_regex = [
    ("py:class", r"speclock\.\w+\..+"),
    ("py:class", r"(collections\.abc|os|pathlib|types)\..+"),
    # Names that a module imports for type checkers alone.
    ("py:class", r"FileChange|LeftOut|Path|Progress|ToolChange"),
]
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "undoc-members": True}
autodoc_typehints_format = "short"
maximum_signature_line_length = 88
python_use_unqualified_type_names = True
text_sectionchars = "=-~"  # two levels of headings in Markdown, for `reference_text`
linkcheck_ignore = [re.escape(REPOSITORY), re.escape(SITE), r"https://[^/]*\bexample(\.com)?/"]

html_theme = "furo"
html_title = f"speclock {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/favicon.svg"
html_theme_options = {
    "source_repository": REPOSITORY,
    "source_branch": "main",
    "source_directory": "docs/",
    "footer_icons": [{"name": "Repository", "url": REPOSITORY, "html": "GitHub", "class": ""}],
}
CARD_PICTURE = "pictures/drift-report.png"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False

# A result of the search is [docname, title, anchor, description, score, file name, kind].
SEARCH_ORDER = """\
document.addEventListener("DOMContentLoaded", () => {
  const last = new Set(PAGES);
  Scorer.score = ([name, , , , score]) => score - (last.has(name) ? 1000 : 0);
});
"""

# ── pages ────────────────────────────────────────────────────────────────────────────────────────

_LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)")
_ENTRY = re.compile(r"^- \[(?P<title>.+?)\]\((?P<name>[\w-]+)\.md\): (?P<about>.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """A heading of `index.md`, and the pages that it lists: title, name and description."""

    caption: str
    pages: list[tuple[str, str, str]]


def page_text(name: str) -> str:
    """Return a page as Markdown, with links that work on the site."""
    path = ELSEWHERE.get(name, f"docs/{name}.md")
    names = {file: f"{page}.md" for page, file in ELSEWHERE.items()}

    def linked(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), match[1]))
        inside = names.get(target, target.removeprefix("docs/"))
        return f"]({inside}" if inside != target else f"]({REPOSITORY}/blob/main/{target}"

    return _LINK.sub(linked, (ROOT / path).read_text(encoding="utf-8"))


def sections() -> list[Section]:
    """Return the navigation."""
    _, *parts = re.split(r"^## ", page_text("index"), flags=re.MULTILINE)
    found = [Section(part.partition("\n")[0], _ENTRY.findall(part)) for part in parts]
    return [section for section in found if section.pages]


def read_source(_app: Sphinx, name: str, source: list[str]) -> None:
    """Replace the text of a page by that of the site; the index gets the navigation."""
    text = page_text(name)
    if name == "index":
        for section in sections():
            entries = "\n".join(f"{title} <{page}>" for title, page, _ in section.pages)
            options = f":hidden:\n:caption: {section.caption}\n"
            text += f"\n```{{toctree}}\n{options}\n{entries}\n```\n"
    source[0] = text


def order_search(
    app: Sphinx, name: str, _template: str, _context: dict[str, Any], _tree: object
) -> None:
    """Put the pages for contributors after all others in the results of a search.

    `html_search_scorer` would do it too, but it names a file, relative to where Sphinx is started.
    """
    if name != "search":
        return
    development = next(one for one in sections() if one.caption == DEVELOPMENT)
    names = json.dumps([page for _, page, _ in development.pages])
    app.add_js_file(None, body=SEARCH_ORDER.replace("PAGES", names))


def llms_text() -> str:
    """Return the list of pages for programs: https://llmstxt.org."""
    heading, summary, *_ = page_text("index").split("\n\n")
    parts = [heading, summary]
    for section in sections():
        pages = [f"- [{title}]({name}.md): {about}" for title, name, about in section.pages]
        parts += [f"## {section.caption}", "\n".join(pages)]
    return "\n\n".join(parts) + "\n"


def write_markdown(app: Sphinx, error: Exception | None) -> None:
    """Write the pages as Markdown beside the HTML, what they show, and `llms.txt`."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    for name in app.env.found_docs:
        text = page_text(name) if name != "api" else reference_text(app)
        (out / f"{name}.md").write_text(text, encoding="utf-8", newline="\n")
    for file in DOCS.glob("*.json"):
        shutil.copy(file, out)
    shutil.copytree(DOCS / "pictures", out / "pictures", dirs_exist_ok=True)
    (out / "llms.txt").write_text(llms_text(), encoding="utf-8", newline="\n")


def page_summary(name: str) -> str:
    """Return the title and the text of a page in the index; of others, the text about speclock."""
    summary = page_text("index").split("\n\n")[1]
    about = re.sub(r"^> ", "", summary, flags=re.MULTILINE)
    for section in sections():
        for title, page, text in section.pages:
            if page == name:
                about = f"{title}: {text}"
    return re.sub(r"\[([^\]]+)\]\([^)]+\)|`", r"\1", " ".join(about.split()))


def add_summary(
    _app: Sphinx, name: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Add what search engines and link previews show of a page: https://ogp.me."""
    summary = page_summary(name)
    title = re.sub(r"<[^>]+>", "", context.get("title", project))
    card = {
        "og:type": "website",
        "og:site_name": project,
        "og:title": html.unescape(title),
        "og:description": summary,
        "og:url": f"{SITE}{name}.html",
        "og:image": f"{SITE}{CARD_PICTURE}",
        "og:image:alt": "A report of drift: what changed, and what that means for Python code",
    }
    tags = [f'<meta name="description" content="{html.escape(summary)}">']
    for key, value in card.items():
        tags.append(f'<meta property="{key}" content="{html.escape(value)}">')
    context["metatags"] = context.get("metatags", "") + "\n".join(tags)


# ── the Python API ───────────────────────────────────────────────────────────────────────────────


def reference_text(app: Sphinx) -> str:
    """Return `api.md` as text, with signatures and docstrings in place of its directives."""
    tree = app.env.get_and_resolve_doctree("api", app.builder, tags=app.tags)
    translator = TextTranslator(tree, app.builder)  # type: ignore[arg-type]  # reads its config
    tree.walkabout(translator)
    return translator.body


def public_reference(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: Element
) -> Element | None:
    """Resolve a class by its public name, also where the module that defines it is named."""
    name = str(node.get("reftarget", "")).rpartition(".")[2]
    if node.get("refdomain") != "py" or name not in PUBLIC:
        return None
    domain = env.domains.python_domain
    return domain.resolve_xref(
        env, node["refdoc"], app.builder, "obj", f"speclock.{name}", node, content
    )


def shorten_signature(
    _app: Sphinx,
    _what: str,
    name: str,
    _obj: object,
    _options: object,
    signature: str | None,
    result: str,
) -> tuple[str, str] | None:
    """Leave out the signature of a class that only speclock makes: its fields are listed."""
    kind = name.rpartition(".")[2]
    if not signature:
        return None
    if kind[:1].isupper() and kind not in MADE_BY_CALLERS:
        return "", ""
    readable = signature.replace("<factory>", "{}")  # `<…>` is no Python, and would not be read
    return re.sub(r"<function \w+>", "...", readable), result


def setup(app: Sphinx) -> None:
    """Connect the functions above to the build."""
    app.connect("source-read", read_source)
    app.connect("html-page-context", add_summary)
    app.connect("html-page-context", order_search)
    app.connect("autodoc-process-signature", shorten_signature)
    app.connect("missing-reference", public_reference)
    app.connect("build-finished", write_markdown)
