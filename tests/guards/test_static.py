"""Static files: they exist, they are ours, they are light, and their colours can be read."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from hall import public_styles

STATIC: Path = settings.BASE_DIR / "static"
TEMPLATES: Path = settings.BASE_DIR / "templates"
SHEETS = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
PUBLIC_CSS = public_styles.SHEETS
PUBLIC_JS = ("once", "print")
PUBLIC_LIMIT = 60 * 1024
TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})\b")
TEXT_ON = [
    *(
        (ink, paper)
        for ink in ("ink", "ink-2", "ink-3", "accent", "late")
        for paper in ("paper", "wash", "accent-wash")
    ),
    *(
        (kind, ground)
        for kind in ("ok", "warn", "late", "breach", "hold")
        for ground in ("paper", f"{kind}-wash", "wash")
    ),
    ("ink-2", "wash-2"),
    ("ink-3", "wash-2"),
    ("ink", "warn-wash"),
    ("ink", "late-wash"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-2"),
    ("accent-2", "paper"),
]
SEEN_ON = [("line-3", "paper"), ("line-3", "wash"), ("focus", "paper"), ("focus", "focus-halo"), ("accent", "wash-2")]


def bare(path: Path) -> str:
    """The sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)


def themes() -> dict[str, dict[str, str]]:
    """Colour tokens of each theme, laid over the normal ones."""
    text = bare(STATIC / "css" / "tokens.css")
    blocks = re.findall(r"(:root|\[data-theme=\"(\w+)\"\]|:root, \[data-theme\])\s*\{(.*?)\}", text, re.S)
    found = {theme or selector: dict(TOKEN.findall(body)) for selector, theme, body in blocks}
    return {name: {**found[":root"], **tokens} for name, tokens in found.items()}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_there_are_four_themes():
    assert set(themes()) == {":root", "elder", "contrast", ":root, [data-theme]"}


@pytest.mark.parametrize("theme", themes())
@pytest.mark.parametrize(("ink", "paper"), TEXT_ON)
def test_text_can_be_read(theme, ink, paper):
    tokens = themes()[theme]
    assert contrast(tokens[ink], tokens[paper]) >= 4.5


@pytest.mark.parametrize("theme", themes())
@pytest.mark.parametrize(("mark", "paper"), SEEN_ON)
def test_borders_and_focus_can_be_seen(theme, mark, paper):
    tokens = themes()[theme]
    assert contrast(tokens[mark], tokens[paper]) >= 3


def test_high_contrast_is_high():
    tokens = themes()["contrast"]
    assert min(contrast(tokens[ink], tokens["paper"]) for ink in ("ink", "ink-3", "accent", "ok", "warn", "late")) >= 7


@pytest.mark.parametrize("sheet", [s for s in SHEETS if s.name != "tokens.css"], ids=lambda s: s.name)
def test_colours_are_tokens(sheet):
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\([^)]*\)", bare(sheet)) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda s: s.name)
def test_tokens_used_exist(sheet):
    known = set(re.findall(r"--([a-z0-9-]+)\s*:", (STATIC / "css" / "tokens.css").read_text("utf-8")))
    known |= set(re.findall(r"--([a-z0-9-]+)\s*:", bare(sheet)))
    assert set(re.findall(r"var\(--([a-z0-9-]+)", bare(sheet))) - known == set()


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda s: s.name)
def test_sheets_cast_no_shadow_of_their_own(sheet):
    """box-shadow draws lines (inset) and the focus halo, never depth."""
    shadows = re.findall(r"box-shadow:\s*([^;}]+)", bare(sheet))
    assert [s for s in shadows if not s.startswith(("inset", "none", "0 0 0 2px"))] == []


@pytest.mark.parametrize("file", [*SHEETS, *SCRIPTS], ids=lambda f: f.name)
def test_files_name_no_other_host(file):
    assert re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]+", re.sub(r"//\s.*", "", file.read_text("utf-8"))) == []


@pytest.mark.parametrize("file", [*SHEETS, *SCRIPTS], ids=lambda f: f.name)
def test_files_name_no_source_map(file):
    """The storage with hashed names fails on a map that is not there."""
    assert "sourceMappingURL" not in file.read_text("utf-8")


def referenced() -> set[str]:
    """Paths named by the static tag, and those written out where no tag may be used."""
    texts = [page.read_text("utf-8") for page in TEMPLATES.rglob("*.html")]
    tagged = {path for text in texts for path in re.findall(r"\{%\s*static\s+[\"']([^\"']+)[\"']", text)}
    return tagged | {path for text in texts for path in re.findall(r"[\"']/static/([^\"']+)[\"']", text)}


def test_every_file_referenced_exists():
    assert [path for path in sorted(referenced()) if not (STATIC / path).is_file()] == []


def test_every_file_is_referenced():
    # What comes with somebody else's work is kept beside it, unread by any page.
    papers = {"LICENSE", "NOTICE", "VERSION"}
    ours = {
        path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file() and path.name not in papers
    }
    assert sorted(ours - referenced()) == []


def test_classes_of_the_parts_are_styled():
    """A class without a rule is a slip of the pen, or a rule somebody deleted."""
    known = {name for sheet in SHEETS for name in re.findall(r"\.([a-z][\w-]*)", bare(sheet))}
    for part in [*(TEMPLATES / "components").glob("*.html"), *TEMPLATES.glob("*.html")]:
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", part.read_text("utf-8"), flags=re.S)
        used = {name for names in re.findall(r'class="([^"]*)"', text) for name in names.split()}
        assert (part.name, {name for name in used - known if not name.endswith("-")}) == (part.name, set())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda f: f.name)
def test_scripts_say_what_they_do_and_stay_small(script):
    text = script.read_text("utf-8")
    assert text.startswith("//")
    assert '"use strict"' in text
    assert text.count("\n") <= 150


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda f: f.name)
def test_scripts_build_no_code_from_text(script):
    assert (
        re.findall(r"\beval\(|new Function|document\.write|insertAdjacentHTML|\.style\.", script.read_text("utf-8"))
        == []
    )


def test_files_are_collected_under_hashed_names(settings, tmp_path):
    """The production storage reads every url() and fails on one that leads nowhere."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    paths = json.loads((tmp_path / "staticfiles.json").read_text("utf-8"))["paths"]
    assert referenced() - set(paths) == set()


def test_a_citizens_page_is_light():
    files = [STATIC / "css" / f"{name}.css" for name in PUBLIC_CSS] + [
        STATIC / "js" / f"{name}.js" for name in PUBLIC_JS
    ]
    weight = sum(len(gzip.compress(file.read_bytes())) for file in files if file.exists())
    assert weight < PUBLIC_LIMIT / 2  # the other half is for the page itself
