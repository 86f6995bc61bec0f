"""Matplotlib's figures become parts of a page: in its colours, with names of their own, and light."""

import importlib
import re
from types import SimpleNamespace
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from descent_book import execution, fonts, ink, pictures
from docutils import nodes
from docutils.utils import new_document
from fontTools.ttLib import TTFont
from IPython.core.pylabtools import print_figure
from matplotlib.backends.backend_svg import FigureCanvasSVG
from sphinx.errors import ExtensionError

PARTS = re.compile(r"(\d+)%")


@pytest.fixture
def draw():
    """Draw into new axes and return what the page gets, as text."""

    def show(act, prefix="picture-1", label="What one sees."):
        with plt.style.context("d2l_utils.descent"):
            fig, ax = plt.subplots()
            act(ax)
            svg = print_figure(fig, fmt="svg", base64=False)
            plt.close(fig)
        return pictures.inline(svg, prefix, label)

    return show


def simple(ax):
    ax.semilogy([1, 1e-3], marker=".", label="η = 0.1")
    ax.plot([1, 1], color="0.5")
    ax.legend()
    ax.set(xlabel="step <1>", ylabel="loss")


def test_the_page_gets_a_picture_and_nothing_that_concerns_others(draw):
    text = draw(simple, label='A "path" & its end.')
    root = ElementTree.fromstring(text)
    assert (root.tag, root.get("role"), root.get("aria-label")) == ("svg", "img", 'A "path" & its end.')
    assert {"width", "height", "id", "version"} & set(root.attrib) == set()
    for word in ("<style", "<metadata", "xmlns", "<?xml", "DOCTYPE", "DejaVu", "matplotlib"):
        assert word not in text
    assert len(text) < 20_000


def test_words_stay_words(draw):
    words = ["".join(text.itertext()) for text in ElementTree.fromstring(draw(simple)).iter("text")]
    assert {"step <1>", "loss", "η = 0.1", "10−3"} <= set(words)


def test_names_are_used_and_belong_to_one_picture(draw):
    texts = draw(simple, "picture-1"), draw(simple, "picture-2")
    names = [set(re.findall(r' id="([^"]+)"', text)) for text in texts]
    used = [set(re.findall(r"#(picture[^)\"]+)", text)) for text in texts]
    assert names == used
    assert names[0]
    assert not names[0] & names[1]


def test_what_is_drawn_with_a_link_is_one_with_a_name(draw):
    def linked(ax):
        for x in (1, 2):
            ax.plot(x, 1, "sC0", alpha=0, url=f"#figure=0&x={x}", gid=f"x = {x}")

    root = ElementTree.fromstring(draw(linked))
    links = [{**link.attrib, "title": link[0].text} for link in root.iter("a")]
    assert links == [{"href": f"#figure=0&x={x}", "tabindex": "-1", "title": f"x = {x}"} for x in (1, 2)]
    assert root.get("role") == "group"
    ids = {each.get("id") for each in root.iter()}
    for link in root.iter("a"):
        assert link.find("use").get("href")[1:] in ids


def test_the_same_figure_is_the_same_text(draw):
    assert draw(simple) == draw(simple)


def test_black_and_grey_are_the_pages_ink_on_its_paper(draw):
    text = draw(simple)
    assert "#000000" not in text
    assert "#ffffff" not in text
    assert 'fill="currentColor"' in text
    assert "stroke:color-mix(in srgb,currentColor 50%,var(--descent-paper))" in text


def test_the_ground_is_the_pages_own(draw):
    root = ElementTree.fromstring(draw(lambda ax: ax.set_axis_off()))
    assert list(root.iter("path")) == []


@pytest.mark.parametrize(
    ("colour", "kind", "shown"),
    [
        ("#000000", {}, "currentColor"),
        ("#ffffff", {}, "var(--descent-paper)"),
        ("#ffffff", {"is_text": True}, "#fff"),
        ("#ffffff", {"is_line": True}, "#fff"),
        ("#999999", {"is_line": True}, "color-mix(in srgb,currentColor 40%,var(--descent-paper))"),
        ("#999999", {"is_text": True}, "color-mix(in srgb,currentColor 70%,var(--descent-paper))"),
        ("#1b80c4", {"is_line": True}, "#1b80c4"),
        ("#440154", {}, "#440154"),
        ("none", {}, "none"),
    ],
)
def test_a_colour_becomes_the_themes(colour, kind, shown):
    assert ink.themed(colour, **{"is_text": False, "is_line": False, **kind}) == shown


@pytest.mark.parametrize("colour", ["#440154", "#fde725", "#1b80c4", "#56b4e9"])
@pytest.mark.parametrize(("kind", "wanted"), [("is_text", 4.5), ("is_line", 3)])
def test_a_colour_can_be_seen_in_both_themes(colour, kind, wanted):
    mixture = ink.themed(colour, **{"is_text": False, "is_line": False, kind: True})
    share = int(match[1]) / 100 if (match := PARTS.search(mixture)) else 1
    for own, paper in ink.THEMES:
        assert ink.contrast(ink.mixed(colour, own, share), ink.parts(paper)) >= wanted


def test_contrast_is_counted_as_wcag_does():
    black, white = [0, 0, 0], [1, 1, 1]
    assert ink.contrast(black, white) == ink.contrast(white, black) == 21
    assert ink.contrast(ink.parts("#767676"), white) == pytest.approx(4.54, abs=0.005)


def test_letters_of_a_wide_figure_are_legible_on_a_telephone(draw):
    root = ElementTree.fromstring(draw(simple))
    width = float(root.get("viewBox").split()[2])
    sizes = [float(size) for size in re.findall(r"font-size:([\d.]+)px", draw(simple))]
    assert plt.rcParamsDefault["font.size"] < max(sizes)
    words = [size for size in sizes if size > 12]  # powers of ten are smaller
    assert min(words) * 358 / width >= 11


def page(tmp_path, *files):
    document = new_document("page")
    for file in files:
        document += nodes.image("", uri=file, alt="Seen.", candidates={"*": file})
    document.settings.env = SimpleNamespace(srcdir=tmp_path, docname="page")
    document.settings.language_code = "en"
    return document


def run(document):
    transform = pictures.InlinePictures(document)
    transform.run()
    return document


def test_only_what_matplotlib_drew_is_put_into_a_page(tmp_path):
    fig, _ = plt.subplots()
    fig.savefig(tmp_path / "ours.svg")
    plt.close(fig)
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    first, second, third = run(page(tmp_path, "logo.svg", "ours.svg", "photo.png"))
    assert [type(node) for node in (first, second, third)] == [nodes.image, pictures.Picture, nodes.image]
    assert 'aria-label="Seen."' in second["svg"]


def test_a_heavy_picture_is_refused_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST", 100)
    fig, _ = plt.subplots()
    fig.savefig(tmp_path / "ours.svg")
    plt.close(fig)
    with pytest.raises(ExtensionError, match=r"page: picture 1 has .* at most 100\. .*rasterized=True"):
        run(page(tmp_path, "ours.svg"))


@pytest.mark.parametrize(
    ("act", "as_pixels"),
    [
        (lambda ax: ax.pcolormesh(np.ones((30, 30))), True),
        (lambda ax: ax.pcolormesh(np.ones((3, 3))), False),
        (lambda ax: ax.plot(np.arange(900), "."), True),
        (lambda ax: ax.plot(np.arange(900)), False),
        (lambda ax: ax.plot(np.arange(9), "."), False),
        (lambda ax: ax.scatter(np.arange(900), np.arange(900)), True),
        (lambda ax: ax.contour(np.hypot(*np.mgrid[-9:9, -9:9])), False),
    ],
)
def test_a_build_draws_as_pixels_what_is_many(act, as_pixels, monkeypatch):
    monkeypatch.syspath_prepend(execution.PROFILE)
    monkeypatch.setattr(FigureCanvasSVG, "print_svg", FigureCanvasSVG.print_svg)  # put back afterwards
    importlib.import_module("descent_drawing").load_ipython_extension(None)
    fig, ax = plt.subplots()
    act(ax)
    drawn = print_figure(fig, fmt="svg", base64=False)
    plt.close(fig)
    assert ("data:image/png" in drawn) == as_pixels


def test_a_build_gives_its_kernels_the_profile(tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", "elsewhere")
    execution.set_profile(SimpleNamespace(srcdir=tmp_path), SimpleNamespace())
    folder = tmp_path / "_build" / "ipython"
    assert execution.os.environ["IPYTHONDIR"] == str(folder)
    settings = (folder / "profile_default" / "ipython_kernel_config.py").read_text()
    assert 'figure_formats = {"svg"}' in settings
    assert (folder / "profile_default" / "descent_drawing.py").exists()


def test_a_change_of_the_profile_executes_the_chapters_again(tmp_path, monkeypatch):
    (tmp_path / "profile").mkdir()
    (tmp_path / "d2l_utils").mkdir()
    (tmp_path / "requirements.lock").touch()
    monkeypatch.setattr(execution, "PROFILE", tmp_path / "profile")
    before = execution.cache_key(tmp_path)
    (tmp_path / "profile" / "ipython_kernel_config.py").write_text("c = get_config()")
    assert execution.cache_key(tmp_path) != before


def test_the_letters_have_greek_and_what_figures_write(tmp_path):
    config = SimpleNamespace(html_static_path=[])
    fonts.add_static_path(SimpleNamespace(srcdir=tmp_path), config)
    (static,) = config.html_static_path
    folder = tmp_path / "_build" / "fonts" / "letters"
    assert str(folder.parent) == static
    assert (folder / fonts.LICENCE).exists()
    for face in fonts.FACES:
        with TTFont(folder / f"{face}.woff") as font:
            assert set(map(ord, "azAZ09ηβλκρ²₁−×√≤→∞★")) <= set(font.getBestCmap())
        assert (folder / f"{face}.woff").stat().st_size < 60_000


def widths(path):
    with TTFont(path) as font:
        return [font["hmtx"][font.getBestCmap()[ord(letter)]][0] for letter in "aWη−"]


def test_the_letters_are_as_wide_as_in_the_drawing(tmp_path):
    fonts.add_static_path(SimpleNamespace(srcdir=tmp_path), SimpleNamespace(html_static_path=[]))
    ours = tmp_path / "_build" / "fonts" / "letters" / "DejaVuSans.woff"
    theirs = fonts.Path(fonts.matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    assert widths(ours) == widths(theirs)
