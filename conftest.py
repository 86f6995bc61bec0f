"""What pytest leaves out where it cannot run."""

from importlib.util import find_spec

# The examples of this module train with MXNet, which has wheels for few machines.
collect_ignore = [] if find_spec("mxnet") else ["d2l_utils/frameworks.py"]
