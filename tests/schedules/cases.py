"""What is asked of the frameworks' schedules and of ours: each case is a line that both sides run.

``s`` is the framework's module of schedules or ours, ``o`` an optimizer of the same side with a rate of 0.5.
"""

STEPS = 41  # updates, from t = 0

ONE = {"max_lr": 0.5, "total_steps": STEPS}
CYCLE = {"base_lr": 0.125, "max_lr": 0.75, "step_size_up": 4}

# Each is stepped after every update; the momentum is compared too.
TORCH = {
    "LambdaLR": lambda s, o: s.LambdaLR(o, lambda epoch: 0.95**epoch),
    "LambdaLR, list": lambda s, o: s.LambdaLR(o, [lambda epoch: 1 / (1 + epoch)]),
    "StepLR": lambda s, o: s.StepLR(o, 7),
    "StepLR, grows": lambda s, o: s.StepLR(o, step_size=10, gamma=2.0),
    "StepLR, to 0": lambda s, o: s.StepLR(o, 3, 0),
    "MultiStepLR": lambda s, o: s.MultiStepLR(o, [2, 5, 9], gamma=0.5),
    "MultiStepLR, milestone 0": lambda s, o: s.MultiStepLR(o, [0, 5]),
    "MultiStepLR, unsorted, one twice": lambda s, o: s.MultiStepLR(o, [9, 2, 9], 0.5),
    "ConstantLR": lambda s, o: s.ConstantLR(o),
    "ConstantLR, settings": lambda s, o: s.ConstantLR(o, factor=0.25, total_iters=10),
    "LinearLR": lambda s, o: s.LinearLR(o),
    "LinearLR, settings": lambda s, o: s.LinearLR(o, 0.1, 0.8, total_iters=17),
    "LinearLR, to 0": lambda s, o: s.LinearLR(o, 1.0, 0.0, 12),
    "LinearLR, one step": lambda s, o: s.LinearLR(o, total_iters=1),
    "ExponentialLR": lambda s, o: s.ExponentialLR(o, 0.9),
    "ExponentialLR, grows": lambda s, o: s.ExponentialLR(o, gamma=1.1),
    "PolynomialLR": lambda s, o: s.PolynomialLR(o),
    "PolynomialLR, settings": lambda s, o: s.PolynomialLR(o, total_iters=30, power=0.5),
    "CosineAnnealingLR": lambda s, o: s.CosineAnnealingLR(o, T_max=40),
    "CosineAnnealingLR, periods": lambda s, o: s.CosineAnnealingLR(o, 6, eta_min=0.03125),
    "CosineAnnealingLR, up": lambda s, o: s.CosineAnnealingLR(o, 50, eta_min=1.0),
    "CosineAnnealingWarmRestarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, 10),
    "CosineAnnealingWarmRestarts, doubling": lambda s, o: s.CosineAnnealingWarmRestarts(o, 3, 2, 0.125),
    "CosineAnnealingWarmRestarts, tripling": lambda s, o: s.CosineAnnealingWarmRestarts(o, 1, 3),
    "CyclicLR": lambda s, o: s.CyclicLR(o, 0.125, 0.75, 5),
    "CyclicLR, down slower": lambda s, o: s.CyclicLR(o, **CYCLE, step_size_down=9),
    "CyclicLR, triangular2": lambda s, o: s.CyclicLR(o, **CYCLE, mode="triangular2"),
    "CyclicLR, exp_range": lambda s, o: s.CyclicLR(o, **CYCLE, mode="exp_range", gamma=0.96),
    "CyclicLR, scale_fn": lambda s, o: s.CyclicLR(o, **CYCLE, scale_fn=lambda x: 1 / x),
    "CyclicLR, scale_fn by iterations": lambda s, o: s.CyclicLR(
        o, **CYCLE, scale_fn=lambda x: 1 / (1 + x), scale_mode="iterations"
    ),
    "CyclicLR, other momentum": lambda s, o: s.CyclicLR(o, **CYCLE, base_momentum=0.5, max_momentum=0.75),
    "CyclicLR, no momentum": lambda s, o: s.CyclicLR(o, **CYCLE, cycle_momentum=False),
    "OneCycleLR": lambda s, o: s.OneCycleLR(o, **ONE),
    "OneCycleLR, epochs": lambda s, o: s.OneCycleLR(o, 0.5, epochs=7, steps_per_epoch=6),
    "OneCycleLR, linear": lambda s, o: s.OneCycleLR(o, **ONE, anneal_strategy="linear"),
    "OneCycleLR, three phases": lambda s, o: s.OneCycleLR(o, **ONE, three_phase=True),
    "OneCycleLR, three phases, late": lambda s, o: s.OneCycleLR(o, **ONE, pct_start=0.7, three_phase=True),
    "OneCycleLR, settings": lambda s, o: s.OneCycleLR(
        o, **ONE, pct_start=0.1, base_momentum=0.5, max_momentum=0.75, div_factor=4.0, final_div_factor=8.0
    ),
    "OneCycleLR, no rise": lambda s, o: s.OneCycleLR(o, **ONE, pct_start=0.0),
    "OneCycleLR, rise only": lambda s, o: s.OneCycleLR(o, **ONE, pct_start=1.0),
    "OneCycleLR, no momentum": lambda s, o: s.OneCycleLR(o, **ONE, cycle_momentum=False),
    "SequentialLR": lambda s, o: s.SequentialLR(
        o, [s.ConstantLR(o, factor=0.1, total_iters=20), s.ExponentialLR(o, gamma=0.9)], milestones=[20]
    ),
    "SequentialLR, warm-up and cosine": lambda s, o: s.SequentialLR(
        o, [s.LinearLR(o, 0.01, total_iters=5), s.CosineAnnealingLR(o, T_max=35)], [5]
    ),
    "SequentialLR, three": lambda s, o: s.SequentialLR(
        o, [s.StepLR(o, 2, 0.5), s.CosineAnnealingWarmRestarts(o, 4, 2), s.PolynomialLR(o, 9)], [7, 25]
    ),
    "SequentialLR, milestone 0": lambda s, o: s.SequentialLR(o, [s.ConstantLR(o), s.StepLR(o, 5, 0.5)], [0]),
    "SequentialLR, one milestone twice": lambda s, o: s.SequentialLR(
        o, [s.ConstantLR(o, 0.5, 40), s.StepLR(o, 5), s.MultiStepLR(o, [3, 5])], [7, 7]
    ),
    "SequentialLR, one cycle first": lambda s, o: s.SequentialLR(
        o,
        [s.OneCycleLR(o, 0.75, 20, cycle_momentum=False), s.ExponentialLR(o, 0.9)],
        milestones=[20],
    ),
    "SequentialLR, one cycle second": lambda s, o: s.SequentialLR(
        o,
        [s.OneCycleLR(o, 0.75, 50, cycle_momentum=False), s.LinearLR(o, total_iters=9)][::-1],
        milestones=[9],
    ),
    "SequentialLR, triangle first": lambda s, o: s.SequentialLR(
        o,
        [s.CyclicLR(o, **CYCLE, cycle_momentum=False), s.ExponentialLR(o, 0.9)],
        milestones=[20],
    ),
    "ChainedScheduler": lambda s, o: s.ChainedScheduler(
        [s.ConstantLR(o, factor=0.1, total_iters=20), s.ExponentialLR(o, gamma=0.9)], optimizer=o
    ),
    "ChainedScheduler, many": lambda s, o: s.ChainedScheduler(
        [s.LinearLR(o, 0.25, 0.75, 6), s.StepLR(o, 4, 0.5), s.MultiStepLR(o, [0, 9]), s.PolynomialLR(o, 30)]
    ),
    "ChainedScheduler, cosine": lambda s, o: s.ChainedScheduler(
        [s.LinearLR(o, 0.1, total_iters=8), s.CosineAnnealingLR(o, 40)]
    ),
}

VALUES = {"boundaries": [3, 11, 12], "values": [0.5, 0.25, 0.125, 0.75]}
KERAS = {
    "ExponentialDecay": lambda s: s.ExponentialDecay(0.5, 7, 0.75),
    "ExponentialDecay, staircase": lambda s: s.ExponentialDecay(0.5, 7, 0.75, staircase=True),
    "ExponentialDecay, grows": lambda s: s.ExponentialDecay(0.5, 2.5, 1.5, True, "name"),
    "PiecewiseConstantDecay": lambda s: s.PiecewiseConstantDecay(**VALUES),
    "PiecewiseConstantDecay, floats": lambda s: s.PiecewiseConstantDecay([2.5, 9.0], [0.5, 0.25, 1.0]),
    "PiecewiseConstantDecay, 0": lambda s: s.PiecewiseConstantDecay([0], [0.5, 0.25]),
    "PolynomialDecay": lambda s: s.PolynomialDecay(0.5, 30),
    "PolynomialDecay, settings": lambda s: s.PolynomialDecay(0.5, 30, 0.125, 2.0),
    "PolynomialDecay, rises": lambda s: s.PolynomialDecay(0.125, 30, 0.5, power=0.5),
    "PolynomialDecay, cycle": lambda s: s.PolynomialDecay(0.5, 9, 0.125, power=0.5, cycle=True),
    "InverseTimeDecay": lambda s: s.InverseTimeDecay(0.5, 4, 0.5),
    "InverseTimeDecay, staircase": lambda s: s.InverseTimeDecay(0.5, 4, 0.5, True),
    "CosineDecay": lambda s: s.CosineDecay(0.5, 30),
    "CosineDecay, alpha": lambda s: s.CosineDecay(0.5, 30, 0.25, "name"),
    "CosineDecay, warm-up": lambda s: s.CosineDecay(0.0, 30, warmup_target=0.5, warmup_steps=8),
    "CosineDecay, warm-up from 0.1": lambda s: s.CosineDecay(0.1, 20, 0.25, "name", 0.5, 5),
    "CosineDecay, warm-up of 0 steps": lambda s: s.CosineDecay(0.1, 20, warmup_target=0.5),
    "CosineDecay, warm-up to nothing": lambda s: s.CosineDecay(0.5, 20, warmup_steps=10),
    "CosineDecay, warm-up as long as the run": lambda s: s.CosineDecay(
        0.0, 1, warmup_target=0.5, warmup_steps=40
    ),
    "CosineDecayRestarts": lambda s: s.CosineDecayRestarts(0.5, 5),
    "CosineDecayRestarts, equal": lambda s: s.CosineDecayRestarts(0.5, 10, t_mul=1.0, m_mul=0.5),
    "CosineDecayRestarts, settings": lambda s: s.CosineDecayRestarts(0.5, 4, 1.5, 0.75, 0.125),
}

CYCLES = [
    {"init_value": 0.0, "peak_value": 0.5, "warmup_steps": 3, "decay_steps": 12},
    {"init_value": 0.1, "peak_value": 0.25, "warmup_steps": 0, "decay_steps": 10, "end_value": 0.05},
    {"init_value": 0.1, "peak_value": 0.2, "warmup_steps": 5, "decay_steps": 15, "exponent": 2.0},
]
WARM = {"init_value": 0.125, "peak_value": 0.5, "warmup_steps": 8}
OPTAX = {
    "constant_schedule": lambda s: s.constant_schedule(0.5),
    "polynomial_schedule": lambda s: s.polynomial_schedule(0.5, 0.125, 2, 30),
    "polynomial_schedule, waits": lambda s: s.polynomial_schedule(0.5, 0.125, 0.5, 20, 7),
    "polynomial_schedule, 0 steps": lambda s: s.polynomial_schedule(0.5, 0.125, 1, 0),
    "polynomial_schedule, begin < 0": lambda s: s.polynomial_schedule(0.5, 0.125, 1, 20, -5),
    "linear_schedule": lambda s: s.linear_schedule(0.5, 0.125, 30),
    "linear_schedule, rises": lambda s: s.linear_schedule(0.0, 0.5, transition_steps=9, transition_begin=3),
    "piecewise_constant_schedule": lambda s: s.piecewise_constant_schedule(0.5, {20: 2.0, 3: 0.5, 9: 0.1}),
    "piecewise_constant_schedule, 0": lambda s: s.piecewise_constant_schedule(0.5, {0: 0.5, 9: 0.0}),
    "piecewise_constant_schedule, none": lambda s: s.piecewise_constant_schedule(0.5),
    "exponential_decay": lambda s: s.exponential_decay(0.5, 7, 0.75),
    "exponential_decay, settings": lambda s: s.exponential_decay(0.5, 7, 0.75, 5, True, 0.25),
    "exponential_decay, grows": lambda s: s.exponential_decay(0.5, 7, 1.5, end_value=1.0),
    "exponential_decay, rate 0": lambda s: s.exponential_decay(0.5, 7, 0.0),
    "exponential_decay, 0 steps": lambda s: s.exponential_decay(0.5, 0, 0.5),
    "exponential_decay, end above start": lambda s: s.exponential_decay(0.5, 7, 0.5, end_value=0.75),
    "cosine_decay_schedule": lambda s: s.cosine_decay_schedule(0.5, 30),
    "cosine_decay_schedule, settings": lambda s: s.cosine_decay_schedule(0.5, 30, 0.125, 2.0),
    "piecewise_interpolate_schedule": lambda s: s.piecewise_interpolate_schedule(
        "linear", 0.5, {4: 0.5, 20: 3.0, 11: 0.25}
    ),
    "piecewise_interpolate_schedule, cosine": lambda s: s.piecewise_interpolate_schedule(
        "cosine", 0.5, {4: 0.5, 11: 0.25, 30: 4.0}
    ),
    "piecewise_interpolate_schedule, 0": lambda s: s.piecewise_interpolate_schedule(
        "linear", 0.5, {0: 0.5, 9: 2.0}
    ),
    "piecewise_interpolate_schedule, none": lambda s: s.piecewise_interpolate_schedule("linear", 0.5),
    "linear_onecycle_schedule": lambda s: s.linear_onecycle_schedule(40, 0.5),
    "linear_onecycle_schedule, settings": lambda s: s.linear_onecycle_schedule(40, 0.5, 0.5, 0.75, 4, 8),
    "linear_onecycle_schedule, no rise": lambda s: s.linear_onecycle_schedule(30, 0.5, 0.01),
    "cosine_onecycle_schedule": lambda s: s.cosine_onecycle_schedule(40, 0.5),
    "cosine_onecycle_schedule, settings": lambda s: s.cosine_onecycle_schedule(30, 0.5, 0.5, 4.0, 8.0),
    "warmup_constant_schedule": lambda s: s.warmup_constant_schedule(**WARM),
    "warmup_constant_schedule, 0 steps": lambda s: s.warmup_constant_schedule(0.125, 0.5, 0),
    "warmup_cosine_decay_schedule": lambda s: s.warmup_cosine_decay_schedule(**WARM, decay_steps=35),
    "warmup_cosine_decay_schedule, settings": lambda s: s.warmup_cosine_decay_schedule(
        0.0, 0.5, 5, 35, 0.125, 2.0
    ),
    "warmup_cosine_decay_schedule, 0 steps": lambda s: s.warmup_cosine_decay_schedule(0.125, 0.5, 0, 35),
    "warmup_cosine_decay_schedule, peak 0": lambda s: s.warmup_cosine_decay_schedule(0.5, 0.0, 5, 35, 0.25),
    "warmup_exponential_decay_schedule": lambda s: s.warmup_exponential_decay_schedule(
        **WARM, transition_steps=4, decay_rate=0.75
    ),
    "warmup_exponential_decay_schedule, settings": lambda s: s.warmup_exponential_decay_schedule(
        **WARM, transition_steps=4, decay_rate=0.5, transition_begin=5, staircase=True, end_value=0.0625
    ),
    "sgdr_schedule": lambda s: s.sgdr_schedule(CYCLES),
    "join_schedules": lambda s: s.join_schedules(
        [s.linear_schedule(0.0, 0.5, 5), s.constant_schedule(0.5), s.cosine_decay_schedule(0.5, 10)], [5, 20]
    ),
    "join_schedules, boundary 0": lambda s: s.join_schedules(
        [s.constant_schedule(0.1), s.constant_schedule(0.5)], [0]
    ),
}

WARM_UP = {"base_lr": 0.5, "warmup_steps": 8, "warmup_begin_lr": 0.125}
STEADY = {**WARM_UP, "warmup_mode": "constant"}
MXNET = {
    "FactorScheduler": lambda s: s.FactorScheduler(7, 0.5, base_lr=0.5),
    "FactorScheduler, default": lambda s: s.FactorScheduler(7),
    "FactorScheduler, each step": lambda s: s.FactorScheduler(1, 0.9, base_lr=0.5),
    "FactorScheduler, stops": lambda s: s.FactorScheduler(
        step=5, factor=0.5, stop_factor_lr=0.1, base_lr=0.5
    ),
    "FactorScheduler, warm-up": lambda s: s.FactorScheduler(5, 0.5, **WARM_UP),
    "FactorScheduler, steady": lambda s: s.FactorScheduler(5, 0.5, **STEADY),
    "MultiFactorScheduler": lambda s: s.MultiFactorScheduler([3, 11, 12], 0.5, 0.5),
    "MultiFactorScheduler, warm-up": lambda s: s.MultiFactorScheduler([3, 20], 0.5, **WARM_UP),
    "MultiFactorScheduler, step 1": lambda s: s.MultiFactorScheduler([1], 0.5, warmup_steps=1),
    "PolyScheduler": lambda s: s.PolyScheduler(30),
    "PolyScheduler, settings": lambda s: s.PolyScheduler(30, 0.5, 1, 0.125),
    "PolyScheduler, warm-up": lambda s: s.PolyScheduler(30, pwr=3, **WARM_UP),
    "PolyScheduler, steady": lambda s: s.PolyScheduler(30, final_lr=0.0625, **STEADY),
    "CosineScheduler": lambda s: s.CosineScheduler(30, 0.5),
    "CosineScheduler, warm-up": lambda s: s.CosineScheduler(30, final_lr=0.0625, **WARM_UP),
    "CosineScheduler, one step of warm-up": lambda s: s.CosineScheduler(30, warmup_steps=1),
    "CosineScheduler, steady": lambda s: s.CosineScheduler(50, **STEADY),
}

CASES = {"torch": TORCH, "keras": KERAS, "optax": OPTAX, "mxnet": MXNET}

# A metric after each epoch, and what ReduceLROnPlateau is told.
LOSSES = [
    3.0,
    2.0,
    2.0,
    2.0,
    1.99999,
    1.5,
    1.5,
    1.5,
    1.5,
    float("nan"),
    1.5,
    1.6,
    1.7,
    1.0,
    1.0,
    1.0,
    1.0,
    1.0,
]
NEGATIVE = [-1.0, -2.0, -2.0001, -2.0003, -2.0, -1.0, -3.0, -3.0, -3.0, float("-inf"), 0.0, 0.0, 0.0, 0.0]
PLATEAU = {
    "default": ({}, LOSSES),
    "patience 0": ({"patience": 0}, LOSSES),
    "patience 2, cooldown": ({"patience": 2, "cooldown": 2, "factor": 0.5}, LOSSES),
    "max": ({"mode": "max", "patience": 1, "factor": 0.5}, LOSSES),
    "absolute": ({"threshold_mode": "abs", "threshold": 0.4, "patience": 1, "factor": 0.5}, LOSSES),
    "max, absolute": ({"mode": "max", "threshold_mode": "abs", "threshold": 0.4, "patience": 0}, LOSSES),
    "min_lr": ({"patience": 0, "min_lr": 0.04}, LOSSES),
    "min_lr in a list": ({"patience": 0, "min_lr": [0.04]}, LOSSES),
    "eps": ({"patience": 0, "eps": 0.01}, LOSSES),
    "negative metrics": ({"patience": 1, "factor": 0.5, "threshold": 1e-3}, NEGATIVE),
    "negative, max": ({"mode": "max", "patience": 1, "factor": 0.5, "threshold": 0.1}, NEGATIVE),
    "threshold 1": ({"patience": 0, "threshold": 1.0}, LOSSES),
    "to 0": ({"patience": 0, "factor": 0.0}, LOSSES),
}

# PyTorch's optimizers on gradients (w₁, 4 w₂) under OneCycleLR, which moves their momentum or β₁.
PATHS = {
    "SGD": {"momentum": 0.9},
    "SGD, Nesterov": {"momentum": 0.9, "nesterov": True},
    "SGD, weight decay": {"momentum": 0.5, "weight_decay": 0.125},
    "Adam": {},
    "AdamW": {},
}
START, SLOPES = (1.0, -2.0), (1.0, 4.0)
