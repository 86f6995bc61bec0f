"""Successive halving on recorded curves, with a purse that may run out."""

import math

import numpy as np

from exercises.grading.question import Case, Function, Mistake, Part


def halving(losses, first, eta, budget):
    """Return who is left, best first, and the epochs that were paid for."""
    return _race(losses, first, eta, budget)


def _reading(losses, trial, epochs):
    """Return what the ranking goes by: the loss after so many epochs, a lost one behind all others."""
    loss = losses[trial, epochs - 1]
    return (1, 0.0) if math.isnan(loss) else (0, loss)


def _share(count, eta):
    return max(count // eta, 1)


def _payable(spent, price, budget):
    return spent + price <= budget


def _race(
    losses,
    first,
    eta,
    budget,
    reading=_reading,
    tie=lambda trial: trial,
    kept=_share,
    resumes=True,
    payable=_payable,
    grow=lambda epochs, first, eta: epochs * eta,
    least=1,
    tell=list,
    cut=lambda ranked, left: ranked,
):
    field, epochs, trained, spent = list(range(len(losses))), first, 0, 0
    while len(field) > least and epochs <= losses.shape[1]:
        price = len(field) * (epochs - trained * resumes)
        if not payable(spent, price, budget):
            break
        spent += price
        ranked = sorted(field, key=lambda trial: (reading(losses, trial, epochs), tie(trial)))
        field = cut(ranked, field)[: kept(len(field), eta)]
        trained, epochs = epochs, grow(epochs, first, eta)
        if len(ranked) == 1:
            break
    return tell(field), spent


def _with(**others):
    return lambda losses, first, eta, budget: _race(losses, first, eta, budget, **others)


def _loss(pick):
    """Return a reading that goes by another number; a lost trial still comes last."""

    def reading(losses, trial, epochs):
        loss = pick(losses[trial], epochs)
        return (1, 0.0) if math.isnan(loss) else (0, loss)

    return reading


def _best_so_far(curve, epochs):
    seen = curve[:epochs]
    return math.nan if np.isnan(seen[-1]) else float(np.nanmin(seen))


def _nan_first(losses, trial, epochs):
    lost, loss = _reading(losses, trial, epochs)
    return -lost, loss


def _places(ranked, left):
    """Confuse a place in the field with a trial's number."""
    return [left.index(trial) for trial in ranked]


def _winner_trained(losses, first, eta, budget):
    return _race(losses, first, eta, budget, least=0)


def cases(rng):
    """Draw curves that cross; with ties, with lost trials, with purses that end between two rungs."""

    def drawn(n, length, digits=4):
        # Falls at random, with starts that tell little of the end.
        falls = rng.uniform(0.02, 0.25, (n, 1)) * np.arange(1, length + 1)
        return np.round(
            rng.uniform(1, 3, (n, 1)) * np.exp(-falls) + rng.normal(0, 0.1, (n, length)) + 1, digits
        )

    def rung_prices(n, first, eta):
        prices, epochs, trained = [], first, 0
        while n > 1:
            prices.append(n * (epochs - trained))
            n, trained, epochs = max(n // eta, 1), epochs, epochs * eta
        return prices

    for n, eta in ((8, 2), (11, 2), (9, 3), (14, 3), (2, 3)):
        first = int(rng.integers(1, 3))
        yield Case("rungs", (drawn(n, 30), first, eta, 10**6))
    dipped, trial = drawn(6, 20), int(rng.integers(6))
    dipped[trial, :3] = 0.0, 3.0, 9.0  # looks well before the first rung, and is the worst at it
    yield Case("rungs", (dipped, 3, 2, 10**6))
    for n, eta in ((8, 2), (6, 2), (9, 3)):
        yield Case("ties", (drawn(n, 20, digits=1).round(0), 1, eta, 10**6))
        lost = drawn(n, 20)
        for trial in rng.permutation(n)[: n // 2 + 1]:
            lost[trial, int(rng.integers(0, 4)) :] = math.nan
        yield Case("lost", (lost, 1, eta, 10**6))
    gone = drawn(6, 12)
    gone[:] = math.nan
    yield Case("lost", (gone, 1, 2, 10**6))
    for n, first, eta in ((8, 2, 2), (12, 1, 2), (9, 2, 3)):
        prices = rung_prices(n, first, eta)
        second, last = sum(prices[:2]), sum(prices)
        for budget in (second, second - 1, prices[0] - 1, last - 1):
            yield Case("purse", (drawn(n, 30), first, eta, budget))
        yield Case("purse", (drawn(n, first * eta), first, eta, last + 9))
    yield Case("purse", (drawn(1, 9), 1, 2, 50))


RUNGS = Function(
    name="q4",
    title="Stop the losers early",
    target="halving",
    examples=6,
    parts=(
        Part(
            "rungs",
            1,
            "climbs the rungs",
            "Who is left goes on from where it stopped, and only that is paid.",
        ),
        Part("ties", 1, "is not unsure about equals", "The trial with the smaller number stays."),
        Part(
            "lost",
            1,
            "drops lost trials first",
            "What does sorting do with NaN? A lost trial is behind all others.",
        ),
        Part(
            "purse", 1, "never spends more than it has", "Work out the price of a rung before you climb it."
        ),
    ),
    cases=cases,
    reference=halving,
    slips=(
        Mistake(
            "worst-kept",
            "You keep those with the largest losses.",
            _with(reading=_loss(lambda curve, epochs: -curve[epochs - 1])),
        ),
        Mistake(
            "from-scratch",
            "You pay each rung from the first epoch on. A trial goes on from where it stopped.",
            _with(resumes=False),
        ),
        Mistake(
            "rounds-up",
            "You round the number of those who stay up. It is rounded down, and is at least 1.",
            _with(kept=lambda count, eta: -(-count // eta)),
        ),
        Mistake(
            "halves",
            "You keep half, whatever eta is.",
            _with(kept=lambda count, eta: max(count // 2, 1)),
        ),
        Mistake(
            "nobody",
            "Where fewer than eta are left you keep nobody. At least one stays.",
            _with(kept=lambda count, eta: count // eta),
        ),
        Mistake(
            "last-of-ties",
            "Among equals you keep the one with the larger number. It is the smaller.",
            _with(tie=lambda trial: -trial),
        ),
        Mistake(
            "places",
            "You confuse a trial's place in the field with its number. After the first cut they differ.",
            _with(cut=_places),
        ),
        Mistake(
            "late-reading",
            "You read one epoch too far: after t epochs the loss is in column t − 1.",
            _with(reading=_loss(lambda curve, epochs: curve[min(epochs, len(curve) - 1)])),
        ),
        Mistake(
            "best-so-far",
            "You rank by the best loss on the way. The question ranks by the loss at the rung.",
            _with(reading=_loss(_best_so_far)),
        ),
        Mistake(
            "peeks",
            "You rank by the last column. Those epochs are not trained yet, and nobody paid for them.",
            _with(reading=_loss(lambda curve, epochs: curve[-1])),
        ),
        Mistake(
            "nan-stays",
            "You keep lost trials before others: sorting puts NaN wherever it likes. Make it +∞ first.",
            _with(reading=_nan_first),
        ),
        Mistake(
            "equal-rungs",
            "Your rungs are `first` apart. Each is eta times the one before.",
            _with(grow=lambda epochs, first, eta: epochs + first),
        ),
        Mistake(
            "trains-the-winner",
            "You go on when a single trial is left. The race is over then: nothing is left to decide.",
            _winner_trained,
        ),
        Mistake(
            "no-purse",
            "You do not mind the budget. A rung that costs more than what is left is not climbed.",
            _with(payable=lambda *each: True),
        ),
        Mistake(
            "overdraws",
            "You climb a rung when anything is left, and pay more than there is.",
            _with(payable=lambda spent, price, budget: spent < budget),
        ),
        Mistake(
            "keeps-change",
            "You do not climb a rung that costs exactly what is left. You may spend all of it.",
            _with(payable=lambda spent, price, budget: spent + price < budget),
        ),
        Mistake(
            "by-number",
            "You return who is left by number. The best comes first.",
            _with(tell=sorted),
        ),
    ),
)
