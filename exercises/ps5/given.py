"""The contest of problem set 5: digits behind a wall, and a budget of examples to spend on them."""

import numpy as np

from d2l_utils.data import load_digits
from d2l_utils.models import TwoLayerNet

NUM_EXAMPLES, BUDGET, LEAST, MOST_TRIALS = 1200, 3600, 16, 3


class Digits:
    """One round: 64 shuffled pixels, each with a secret gain, and a network of 64, 20 and 10 units.

    ``arguments`` holds what ``train`` gets after ``gradient``: the start (a dict of arrays), the number of
    examples, the budget. ``spent`` counts the examples paid for, whichever trial they were for. Another seed
    is another round.
    """

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        train, test = load_digits()
        x, t = np.concatenate([train.x, test.x]), np.concatenate([train.t, test.t])
        x = x[:, rng.permutation(64)] * 10 ** rng.uniform(-0.75, 0.75, 64)
        order = rng.permutation(len(x))
        seen, unseen = order[:NUM_EXAMPLES], order[NUM_EXAMPLES:]
        self._train, self._validation, self._test = (
            (x[each], t[each]) for each in (seen, unseen[:297], unseen[297:])
        )
        self._net = TwoLayerNet(64, 20, 10, rng=rng)
        start = {name: values.copy() for name, values in self._net.params.items()}
        self.arguments = (start, NUM_EXAMPLES, BUDGET)
        self.spent, self.trials = 0, 1

    def gradient(self, params, indices):
        """Return the gradient of the mean loss of the examples ``indices``, a dict like ``params``.

        A call costs as many examples as it names, and at least 16. It raises RuntimeError if that is more
        than what is left, and ValueError if the parameters or the indices make no sense.
        """
        self._set(params)
        indices = np.asarray(indices)
        if indices.ndim != 1 or indices.size == 0 or indices.dtype.kind not in "iu":
            raise ValueError("indices must be an array of whole numbers, with one axis and not empty")
        if indices.min() < 0 or indices.max() >= NUM_EXAMPLES:
            raise ValueError(f"indices must lie between 0 and {NUM_EXAMPLES - 1}")
        cost = max(LEAST, indices.size)
        if self.spent + cost > BUDGET:
            raise RuntimeError(f"{cost} examples asked for, {BUDGET - self.spent} left in the budget")
        self.spent += cost
        x, t = self._train
        return self._net.gradient(x[indices], t[indices])

    ask = gradient

    def score(self, returned):
        """Return the probability given to the right digit, as a geometric mean over 300 unseen examples.

        ``returned`` is a dict of parameters, or a list of up to three of them, the trials of the round. Of
        these the one counts whose loss is least on 297 other unseen examples; one that has diverged is behind
        all others. The score is e to the power of minus the loss, and guessing gives 0.1.
        """
        trials = returned if isinstance(returned, list | tuple) else [returned]
        if not 1 <= len(trials) <= MOST_TRIALS:
            raise ValueError(f"a round has 1 to {MOST_TRIALS} trials; got {len(trials)}")
        self.trials = len(trials)
        if len(trials) > 1:
            trials = [trials[np.argmin([self._validate(params) for params in trials])]]
        self._set(trials[0])
        return float(np.exp(-self._net.loss(*self._test)))

    def _validate(self, params):
        try:
            self._set(params)
        except ValueError:
            return np.inf
        return np.nan_to_num(self._net.loss(*self._validation), nan=np.inf)

    def _set(self, params):
        shapes = {name: values.shape for name, values in self._net.params.items()}
        if not isinstance(params, dict) or {name: np.shape(p) for name, p in params.items()} != shapes:
            raise ValueError(f"params must be a dict of arrays with the shapes {shapes}")
        for name, values in params.items():
            if not np.isfinite(values).all():
                raise ValueError(f"params[{name!r}] is not finite: the training has diverged")
            self._net.params[name] = np.array(values, dtype=float)
