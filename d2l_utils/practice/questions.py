"""The check-yourself questions of the chapters, and what stands in which chapter.

Backticks mark code; everything else is plain text, so that it reads in a terminal as on a page.
"""

from __future__ import annotations

__all__ = ["CHAPTERS", "QUIZZES", "Right"]


class Right(str):
    """The explanation of a right answer; every other text explains why its answer is wrong."""


# name -> (question, {answer: why it is right or wrong}).
QUIZZES: dict[str, tuple[str, dict[str, str]]] = {
    "too-large-a-rate": (
        "On f(x) = 3x² the curvature is λ = 6. You take η = 0.4. What happens?",
        {
            "It converges from one side.": "That needs η below 1/λ = 0.167.",
            "It zigzags and converges.": "That needs η between 1/λ = 0.167 and 2/λ = 0.333.",
            "It jumps to and fro at the same distance for ever.": (
                "Only at η = 2/λ = 0.333, where 1 − ηλ = −1."
            ),
            "It diverges: each step multiplies x by −1.4.": Right(
                "1 − ηλ = 1 − 2.4, and 0.4 is above 2/λ = 0.333."
            ),
        },
    ),
    "zero-gradient": (
        "The gradient at your point is zero. What do you know?",
        {
            "It is a minimum.": "The slope is zero on top of a hill and on a saddle, too.",
            "It is a minimum, though perhaps not the lowest.": (
                "It need not be one at all: on a saddle the slope is zero, too, and one way leads down."
            ),
            "It is a stationary point: a minimum, a maximum or a saddle.": Right(
                "The signs of the Hessian's eigenvalues decide which, unless one of them is zero."
            ),
            "The learning rate was too small.": "The rate is how far you go; the slope does not know it.",
        },
    ),
    "unbiased": (
        "The gradient of one example, drawn at random, is an unbiased estimate of the full gradient. "
        "What does that say?",
        {
            "Every example points downhill.": "Near the minimum about half of them point uphill.",
            "It is close to the full gradient.": (
                "It says nothing about the spread: at the minimum the mean is zero and a single gradient is "
                "not."
            ),
            "Averaged over all draws it is the full gradient, exactly.": Right(
                "Each example comes with the chance 1/N, so the expectation is the mean. It is an identity, "
                "not an approximation."
            ),
            "It becomes exact when the learning rate falls.": (
                "The rate is not in it: it is a statement about the draw, not about the step."
            ),
        },
    ),
    "noise-floor": (
        "SGD at a constant η has settled, and ηλ is small. You halve η and wait. What becomes of the "
        "mean loss above the minimum?",
        {
            "It stays: the noise belongs to the data.": (
                "The noise σ does. But the floor, ησ²/(2(2 − ηλ)), is proportional to η."
            ),
            "It halves.": Right("For small ηλ the floor is ησ²/4."),
            "It falls to a quarter.": (
                "The mean square of the distance is itself proportional to η, not to η²."
            ),
            "It goes to zero.": "For that the rate has to keep falling.",
        },
    ),
    "updates-an-epoch": (
        "N = 50 000 examples, batches of B = 125, none dropped. How many updates has an epoch?",
        {
            "125": "That is the number of examples in a batch.",
            "399": "A loader may drop a partial last batch, but here none is partial.",
            "400": Right("⌈N/B⌉ = ⌈400⌉ = 400: B divides N and nothing is left over."),
            "401": (
                "“N/B + 1” counts a partial batch that is not there. It is right only where B does not "
                "divide N."
            ),
        },
    ),
    "larger-poll": (
        "You go from batches of 32 to batches of 128, a small part of the data. What becomes of the "
        "gradient's standard error?",
        {
            "It halves.": Right("It is σ/√B, and √4 = 2."),
            "It falls to a quarter.": "That is the variance, σ²/B.",
            "It depends on N.": "Hardly: N enters only by √((N − B)/(N − 1)), which is nearly 1 here.",
            "Nothing: both are right on average.": "Being right on average says nothing about the spread.",
        },
    ),
    "steady-slope": (
        "Momentum with β = 0.9, the learning rate inside v. The gradient stays 1. How long do the steps "
        "become?",
        {
            "0.9 η": "β is what survives of the old velocity; each step adds η to it.",
            "η": "That is the first step only.",
            "10 η": Right("They settle where v = βv − ηg: at η/(1 − β)."),
            "They grow without end.": "Friction takes (1 − β)v a step, until that is as much as ηg brings.",
        },
    ),
    "more-momentum": (
        "Noisy gradients, a small constant η. You raise β from 0.9 to 0.99 and leave η as it is. What "
        "becomes of the noise floor?",
        {
            "It falls: v averages over more gradients.": (
                "v is a sum, not an average: it is smoother, but also ten times longer."
            ),
            "Nothing: momentum does not change the noise.": (
                "It changes the effective rate, and the floor with it."
            ),
            "It rises, about tenfold.": Right(
                "At a small rate momentum behaves like SGD at η/(1 − β), which goes from 10 η to 100 η."
            ),
        },
    ),
    "rare-weight": (
        "One weight gets a gradient of size 1 at each step, another one only at every hundredth. After "
        "10 000 steps, how do AdaGrad's rates for them compare?",
        {
            "Both have fallen; that of the rare weight is 10 times larger.": Right(
                "η/√100 against η/√10 000."
            ),
            "Both have fallen; that of the rare weight is 100 times larger.": (
                "Their sums differ by 100, but AdaGrad divides by the root."
            ),
            "That of the rare weight has risen.": "No rate ever rises: the sum of squares can only grow.",
            "They are equal.": "Each weight has a sum of its own: 10 000 and 100.",
        },
    ),
    "rate-to-zero": (
        "“AdaGrad's rate becomes zero, so training stops.” The gradients are bounded. Is it true?",
        {
            "Yes, after finitely many steps.": (
                "The sum of squares is finite at every step, so the rate is above 0."
            ),
            "Yes, in the limit: the steps add up to a finite way.": (
                "The rate tends to 0 like 1/√t at the fastest, and the sum of 1/√t is infinite."
            ),
            "No: the rate falls no faster than 1/√t, and these numbers have an infinite sum.": Right(
                "So no place is out of reach. That it is too slow for many networks is a fair complaint."
            ),
            "No: the rate settles at a positive number.": (
                "With gradients that do not die out it goes on falling."
            ),
        },
    ),
    "fog": (
        "Each word of a vocabulary has a tiny weight in every text, a thousandth of what it has where it "
        "stands. AdaGrad with ε = 10⁻⁷ learns much worse than without these tiny weights. Why?",
        {
            "Its sums of squares fill up with them.": (
                "A million times smaller squares: one real sighting outweighs thousands of them."
            ),
            "Its first step is η in each coordinate, however small the gradient.": Right(
                "So all words leap at once for no reason. An ε of the size of a real gradient stops that."
            ),
            "The rates of the rare words rise.": "No rate of AdaGrad ever rises.",
            "The condition number has become larger.": "AdaGrad ignores the scale of a coordinate.",
        },
    ),
    "stride": (
        "RMSProp with ρ = 0.9, and the gradient has been 5 for a long time. How long is a step, if ε is "
        "tiny?",
        {
            "5 η": "The gradient is divided by its own recent size.",
            "η": Right("√s = 5 by now, so the quotient is 1: η is a length."),
            "3.16 η": "That is the first step, when s holds only a tenth of g²: 1/√0.1.",
            "η/√t": "That is AdaGrad, which sums. A moving average does not grow on a constant gradient.",
        },
    ),
    "steady-scale": (
        "One parameter follows a minimum that drifts. The gradients are noisy and of steady size. SGD and "
        "RMSProp are both tuned. Which follows better?",
        {
            "RMSProp: a target that moves needs a memory that fades.": (
                "It needs a constant rate, and SGD has one. What must fade is RMSProp's own denominator."
            ),
            "SGD: RMSProp's steps are too long.": "Its steps are as long as its η says, and η was tuned.",
            "Neither: where the scale is steady, tuning η does what the division does.": Right(
                "Let the gradients become 30 times louder or quieter on the way, and RMSProp wins by far."
            ),
            "It depends on the units of the loss.": "SGD's tuned η takes the units in; RMSProp ignores them.",
        },
    ),
    "no-rest": (
        "RMSProp at a constant η on the noise-free bowl. Where does it end?",
        {
            "At the minimum.": "Its step does not shrink with the gradient, because it divides by its size.",
            "It hops between +η/2 and −η/2 in each coordinate.": Right(
                "A gradient of constant size that flips makes steps of η, from +η/2 to −η/2."
            ),
            "It hops, further off where the bowl is steep.": "The curvature cancels in the quotient g/√s.",
            "It diverges.": "No step is longer than η/√(1 − ρ), and once |x| is large each leads back.",
        },
    ),
    "first-push": (
        "AdaDelta with ρ = 0.95, ε = 10⁻⁶, no further rate. The first gradient is 5. How long is the "
        "first step?",
        {
            "0": "u starts at 0, but ε gives the push.",
            "0.001": (
                "√ε is the numerator. The first s is only (1 − ρ)g², so the step is 1/√0.05 times longer."
            ),
            "0.0045": Right("√(ε/(1 − ρ)): the size of the gradient cancels."),
            "5": "That would be SGD with η = 1, which AdaDelta becomes when ε is far above s and u.",
        },
    ),
    "keras-adadelta": (
        "In Keras AdaDelta has the default `learning_rate=0.001`. What does it do?",
        {
            "Nothing: AdaDelta has no learning rate.": (
                "MXNet 1.9 ignores the number. Keras multiplies by it."
            ),
            "It makes each step a thousand times shorter than the paper's.": Right(
                "The paper's method has no such factor, which means 1."
            ),
            "It is the paper's value.": "The paper has none. Its 10⁻⁶ is ε, whose root is 0.001.",
        },
    ),
    "steady-adam": (
        "Adam with bias correction, η = 0.01, the default β₁ and β₂. All gradients are 4. How long are "
        "the steps?",
        {
            "0.04": "m̂ = 4 is divided by √ŝ = 4.",
            "0.0316, then shorter": (
                "3.16 η would be the first step without correction; and then they get longer."
            ),
            "0.01, from the first on": Right(
                "The corrections cancel the factors 1 − β₁ᵗ and 1 − β₂ᵗ exactly: m̂/√ŝ = 1."
            ),
            "They grow until step 12, up to 0.0657": (
                "6.57 η at step 12 is what happens without the correction."
            ),
        },
    ),
    "why-too-long": (
        "Both of Adam's averages start at zero, so both are too small at first. Why are the uncorrected "
        "steps too long?",
        {
            "m is too large at first.": "m is too small as well: 0.1 g.",
            "s is further from its goal than m: √s is 0.0316 |g| after one step, m is 0.1 g.": Right(
                "0.1/0.0316 = 3.16, and m warms up faster than √s, so it gets worse until step 12."
            ),
            "ε is missing.": "ε = 10⁻⁸ is far too small to matter for such gradients.",
            "They are not: both errors cancel.": "They would if β₁ = 1 − √(1 − β₂), for the first step only.",
        },
    ),
    "eps-hat": (
        "Keras' Adam has ε̂ = 10⁻⁷, added before the correction, and β₂ = 0.999. Which ε of PyTorch's Adam "
        "acts like it at the first step?",
        {
            "10⁻⁷": "Only when 1 − β₂ᵗ has come near 1, after some thousand steps.",
            "3.2 · 10⁻⁹": "The other way round: the correction makes it larger, not smaller.",
            "3.2 · 10⁻⁶": Right("ε̂/√(1 − β₂ᵗ) = 10⁻⁷/√0.001."),
            "10⁻⁴": "That divides by 1 − β₂ᵗ; s stands under a root, so its correction does, too.",
        },
    ),
    "rate-drops": (
        "Momentum with β = 0.9 on a steady slope. After a long time η falls from 0.1 to 0.01. How much "
        "shorter is the very next step, in PyTorch and in Keras?",
        {
            "Ten times shorter in both.": "In Keras the velocity holds the old rate and rolls on.",
            "Ten times in PyTorch, about a tenth shorter in Keras.": Right(
                "Outside the velocity η acts at once. Inside, v = 0.9 · 1 + 0.01 = 0.91 of the old step."
            ),
            "About a tenth shorter in both.": "In PyTorch η multiplies the whole velocity.",
            "Not at all in Keras until the next epoch.": "The rate is read at each update.",
        },
    ),
    "decay-alone": (
        "`Adam(weight_decay=0.01)`, η = 0.001, and the gradient of a weight of 1 is 0. What does the first "
        "step do to it?",
        {
            "The same in PyTorch and Keras: it shrinks by 10⁻⁵.": (
                "That is decoupled decay, η · λ: Keras. PyTorch's Adam couples it."
            ),
            "In PyTorch it shrinks by 0.001, in Keras by 10⁻⁵.": Right(
                "Coupled, λp is the gradient, and Adam makes a step of η of any gradient. Decoupled, p loses "
                "the share ηλ."
            ),
            "In PyTorch it shrinks by 10⁻⁵, in Keras by 0.001.": "It is the other way round.",
            "Nothing: the gradient is 0.": "Weight decay acts without a gradient.",
        },
    ),
}

# slug of the chapter -> what stands there, in order.
CHAPTERS: dict[str, tuple[tuple[str, str], ...]] = {
    "gradient-descent": (("quiz", "too-large-a-rate"), ("quiz", "zero-gradient"), ("complete", "sgd")),
    "stochastic-gradient-descent": (
        ("quiz", "unbiased"),
        ("quiz", "noise-floor"),
        ("complete", "running_mean"),
    ),
    "minibatch-sgd": (
        ("quiz", "updates-an-epoch"),
        ("quiz", "larger-poll"),
        ("complete", "minibatch_sgd"),
        ("find_bug", "minibatch-twice"),
    ),
    "momentum": (
        ("quiz", "steady-slope"),
        ("quiz", "more-momentum"),
        ("complete", "momentum"),
        ("complete", "nesterov"),
        ("find_bug", "momentum-plus"),
    ),
    "adagrad": (
        ("quiz", "rare-weight"),
        ("quiz", "rate-to-zero"),
        ("quiz", "fog"),
        ("complete", "adagrad"),
        ("find_bug", "adagrad-mean"),
    ),
    "rmsprop": (
        ("quiz", "stride"),
        ("quiz", "steady-scale"),
        ("quiz", "no-rest"),
        ("complete", "rmsprop"),
        ("find_bug", "rmsprop-plus-equals"),
    ),
    "adadelta": (("quiz", "first-push"), ("quiz", "keras-adadelta"), ("complete", "adadelta")),
    "adam": (
        ("quiz", "steady-adam"),
        ("quiz", "why-too-long"),
        ("complete", "adam"),
        ("find_bug", "adam-eps"),
        ("find_bug", "adam-count"),
        ("find_bug", "adam-no-correction"),
    ),
    "one-optimizer-four-frameworks": (
        ("quiz", "eps-hat"),
        ("quiz", "rate-drops"),
        ("quiz", "decay-alone"),
        ("complete", "momentum_lr_outside"),
        ("find_bug", "nesterov-new-velocity"),
    ),
}
