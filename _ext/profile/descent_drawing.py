"""Draw what is many as pixels: ten thousand dots are ten megabytes of SVG, or sixty kilobytes of picture."""

from functools import wraps

from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import Collection, QuadMesh
from matplotlib.lines import Line2D

MANY = 400


def is_many(artist: Artist) -> bool:
    """Tell whether an artist draws many things of its own: markers, points of a scatter, cells of a mesh."""
    if isinstance(artist, QuadMesh):
        return artist.get_array().size > MANY
    if isinstance(artist, Collection):
        return len(artist.get_offsets()) > MANY
    if isinstance(artist, Line2D):
        return artist.get_marker() not in ("", " ", "None", None) and len(artist.get_xdata()) > MANY
    return False


def load_ipython_extension(shell: object) -> None:
    """Look through each figure of this kernel before it is written as SVG."""
    write = FigureCanvasSVG.print_svg

    @wraps(write)  # its parameters are looked at
    def print_svg(self, *arguments, **options):
        for artist in self.figure.findobj(is_many):
            artist.set_rasterized(True)
        return write(self, *arguments, **options)

    FigureCanvasSVG.print_svg = print_svg
