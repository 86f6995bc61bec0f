"""The contest of problem set 5: signs behind a wall, and a budget of examples to spend on them."""

import numpy as np

from d2l_utils.models import SoftmaxRegression

NUM_EXAMPLES, NUM_VALIDATION, NUM_TEST = 1200, 300, 1200
BUDGET, LEAST, MOST_TRIALS = 14400, 64, 3
NUM_WAYS, SCRAWL, HIDDEN, INPUTS = 4, 0.5, 20, 100


class Signs:
    """One round: an alphabet of ten signs, a first layer that is locked, an amplifier at each of its outputs.

    Each sign is written in NUM_WAYS ways, and never twice the same. All of it is drawn from the seed.

    ``arguments`` holds what ``train`` gets after ``gradient``: the start (a dict of arrays), the number of
    examples, the budget. ``spent`` counts the examples paid for, whichever trial they were for. Another seed
    is another round.
    """

    def __init__(self, seed):
        rng = self._rng = np.random.default_rng(seed)
        ways = rng.normal(size=(10, NUM_WAYS, HIDDEN))
        locked = rng.normal(size=(HIDDEN, INPUTS)) / np.sqrt(HIDDEN)
        gains = 10 ** rng.uniform(-1.25, 1.25, INPUTS)

        def written(count):
            signs, way = rng.integers(10, size=count), rng.integers(NUM_WAYS, size=count)
            hand = rng.normal(0, SCRAWL, (count, HIDDEN))
            return np.tanh((ways[signs, way] + hand) @ locked) * gains, signs

        self._train, self._validation, self._test = map(written, (NUM_EXAMPLES, NUM_VALIDATION, NUM_TEST))
        self._net = SoftmaxRegression(INPUTS, 10, rng=rng)
        start = {name: np.zeros_like(values) for name, values in self._net.params.items()}
        self.arguments = (start, NUM_EXAMPLES, BUDGET)
        self.spent, self.trials, self._order = 0, 1, np.zeros(0, int)

    def gradient(self, params, batch_size):
        """Return the gradient of the mean loss of the next ``batch_size`` examples, a dict like ``params``.

        Which ones is not told: all are dealt once in a random order, then in another. There are at least
        LEAST in a batch, whatever was asked for. Each costs one. It raises RuntimeError if that is more than
        what is left, and ValueError if the parameters or the size make no sense.
        """
        self._set(params)
        if np.ndim(batch_size) or not 1 <= batch_size <= NUM_EXAMPLES or batch_size != int(batch_size):
            raise ValueError(f"batch_size must be a whole number from 1 to {NUM_EXAMPLES}")
        cost = max(LEAST, int(batch_size))
        if self.spent + cost > BUDGET:
            raise RuntimeError(f"{cost} examples asked for, {BUDGET - self.spent} left in the budget")
        self.spent += cost
        if len(self._order) < cost:
            self._order = np.concatenate([self._order, self._rng.permutation(NUM_EXAMPLES)])
        dealt, self._order = self._order[:cost], self._order[cost:]
        x, t = self._train
        return self._net.gradient(x[dealt], t[dealt])

    ask = gradient

    def score(self, returned):
        """Return the probability given to the right sign, as a geometric mean over unseen examples.

        ``returned`` is a dict of parameters, or a list of up to MOST_TRIALS of them, the trials of the round.
        Of these the one counts whose loss is least on other unseen examples; one that has diverged is behind
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
