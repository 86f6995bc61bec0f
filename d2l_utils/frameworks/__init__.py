"""Other frameworks beside ours, imported only when asked for.

A notebook's cell that needs one carries the tag ``needs-torch``, ``needs-keras``, ``needs-optax`` or
``needs-mxnet``. Where the framework is not installed, the build shows the output that the notebook stores,
and says so; the tests leave the cell out.
"""

from d2l_utils.frameworks.installed import (
    NEEDS,
    SKIPPED,
    gluon_descend,
    has_keras,
    has_mxnet,
    has_optax,
    has_torch,
    import_keras,
    import_mxnet,
    lacking,
    skip_lacking,
)

__all__ = [
    "NEEDS",
    "SKIPPED",
    "gluon_descend",
    "has_keras",
    "has_mxnet",
    "has_optax",
    "has_torch",
    "import_keras",
    "import_mxnet",
    "lacking",
    "skip_lacking",
]
