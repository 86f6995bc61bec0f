"""`pip install .` brings NumPy and Matplotlib only, and with them everything but the sliders works."""

import subprocess
import sys
import tomllib
from pathlib import Path

ALONE = """
import sys
for name in ("IPython", "ipywidgets", "mxnet", "pandas", "scipy", "sklearn", "torch", "tqdm"):
    sys.modules[name] = None  # importing it now fails as if it were not installed
import pkgutil, importlib, numpy as np, d2l_utils
for module in pkgutil.walk_packages(d2l_utils.__path__, "d2l_utils."):
    if not module.name.startswith("d2l_utils.like_") and module.name != "d2l_utils.live.sliders":
        importlib.import_module(module.name)
from d2l_utils import SGD, data, frameworks, live, models, training
train, test = data.load_digits()
rng = np.random.default_rng(0)
model = models.SoftmaxRegression(64, 10, rng=rng)
settings = dict(epochs=3, batch_size=32, rng=rng, validation=test, progress=True)
history = training.fit(model, train, SGD(0.5), **settings)
assert history.validation_accuracy[-1] > 0.9
assert "text/html" in live.explore(SGD(0.5))._repr_mimebundle_()
assert not frameworks.has_mxnet()
"""


IN_CHINESE = """
import sys
sys.modules["babel"] = None
sys.path.insert(0, sys.argv[1])
import d2l_utils
from d2l_utils import SGD, words
from d2l_utils.live import explore
assert d2l_utils.__file__.startswith(sys.argv[1])
words.use("zh_CN")
assert "发散" in explore(SGD(1.3)).summary()
"""


def test_the_package_brings_its_words_compiled(tmp_path):
    build = "from setuptools import setup; import runpy; runpy.run_path('setup.py')"
    command = [sys.executable, "-c", build, "-q", "build", f"--build-base={tmp_path}"]
    subprocess.run(command, check=True, capture_output=True)
    run = [sys.executable, "-c", IN_CHINESE, str(tmp_path / "lib")]
    result = subprocess.run(run, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_the_module_works_with_numpy_and_matplotlib_alone():
    result = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("Left out: MXNet is not installed here")


def test_every_file_that_is_no_code_is_brought_along():
    package = Path("d2l_utils")
    patterns = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["setuptools"]["package-data"][
        "d2l_utils"
    ]
    brought = {path for pattern in patterns for path in package.glob(pattern)}
    others = {path for path in package.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
    assert brought == others
    assert package / "practice" / "data" / "momentum.toml" in brought
