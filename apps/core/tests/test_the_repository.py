"""Rules that hold for every file of the project, so that no later one forgets them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.ROOT)
CODE = sorted(
    path
    for top in ("apps", "config")
    for path in (ROOT / top).rglob("*.py")
    if "tests" not in path.parts and "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static").rglob("*.js"))
MARKS_HTML_SAFE = ROOT / "apps" / "core" / "markdown.py"
# Where a template shows HTML of the renderer.
RENDERED = r"{{ (?:turn\.html|preview|document\|article) }}"
# What an address may begin with where it is a variable: made by this site, never kept as somebody wrote it.
OUR_ADDRESS = r"{{ (?:[\w.]+\.get_absolute_url|request\.(?:get_full_path|path)|here|to|\w+_url|undo) }}"
UNSAFE_MODULES = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def without_tags(text: str) -> str:
    """A template without what it does: its variables, its text and its elements are left."""
    return re.sub(r"{%.*?%}|{#.*?#}", "", text)


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr, node


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("path", CODE, ids=name)
def test_b1_html_is_marked_safe_in_one_module_only(path: Path) -> None:
    if path == MARKS_HTML_SAFE:
        return
    made = {called for called, _ in calls(path)}
    assert not made & {"mark_safe", "SafeString", "SafeText", "html_safe"}
    assert "__html__" not in path.read_text()
    for called, call in calls(path):
        if called in ("format_html", "format_html_join"):
            assert all(isinstance(argument, ast.Constant) for argument in call.args[:1]), f"line {call.lineno}"


@pytest.mark.parametrize("path", CODE, ids=name)
def test_c3_nothing_is_unpickled_or_evaluated(path: Path) -> None:
    assert not set(imports(path)) & UNSAFE_MODULES
    named = {call.func.id for _, call in calls(path) if isinstance(call.func, ast.Name)}
    assert not named & {"eval", "exec", "compile", "__import__"}


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_b1_a_template_escapes_everything(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\|\s*(safe|safeseq|escapejs)\b", text)
    assert not re.search(r"{%\s*autoescape\s+off", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_has_no_inline_script_style_or_handler(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=|javascript:", text)
    # HTMX would evaluate these, which the policy forbids.
    assert not re.search(r"hx-on\b|hx-vals=.js:|hx-trigger=\"[^\"]*\[", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_b1_htmx_obeys_nothing_in_what_the_renderer_made(path: Path) -> None:
    """The sanitiser leaves nothing to obey; this holds should it ever let something pass."""
    for made in re.finditer(rf"(<\w+[^<>]*>)\s*{RENDERED}", without_tags(path.read_text())):
        assert re.search(r"\shx-disable(\s|>)", made[1]) or made[1].startswith('<div id="settled-'), made[0]


def test_b1_the_renderer_is_shown_in_these_places_only() -> None:
    makers = {"answer_html", "article_html"}
    using = {name(path) for path in CODE if path != MARKS_HTML_SAFE and makers & {called for called, _ in calls(path)}}
    assert using == {
        "apps/chat/rendering.py",
        "apps/chat/showing.py",
        "apps/library/templatetags/documents.py",
        "apps/library/views_adding.py",
    }
    shown = {name(path) for path in TEMPLATES if re.search(RENDERED, path.read_text())}
    assert shown == {f"templates/{page}.html" for page in ("chat/answer", "library/document", "library/write")}


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_b1_every_attribute_with_a_variable_is_quoted(path: Path) -> None:
    for tag in re.findall(r"<[a-z][^<>]*>", without_tags(path.read_text())):
        # What is left without its quoted values and what the template says between attributes.
        bare = re.sub(r"\"[^\"]*\"|'[^']*'", '""', tag)
        assert not re.search(r"=\s*[^\s\"'>]*{{|{{", bare), tag


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_b1_no_address_is_of_anothers_choosing(path: Path) -> None:
    text = path.read_text()
    for attribute, value in re.findall(r"\s(href|src|action|formaction|hx-\w+|sse-connect)=\"\s*({{[^\"]*)", text):
        assert re.match(OUR_ADDRESS, value), f"{attribute}={value}"


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS, *(ROOT / "static").rglob("*.css")], ids=name)
def test_a_page_asks_no_other_host_for_anything(path: Path) -> None:
    hosts = set(re.findall(r"(?:https?:)?//([\w.-]+\.[a-z]{2,})/?", re.sub(r"(?m)^\s*//.*$", "", path.read_text())))
    assert hosts <= {"www.w3.org"}


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_b1_a_script_makes_no_html_of_text(path: Path) -> None:
    assert not re.search(
        r"\.(inner|outer)HTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function\(", path.read_text()
    )


@pytest.mark.parametrize("path", CODE, ids=name)
def test_sentences_are_translated_under_a_name_that_gathers_them(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            assert {alias.asname for alias in node.names} <= {None, "_"}
