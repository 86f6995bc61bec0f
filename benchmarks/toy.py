"""R1: the path of Adam over x²/20 + y², with the loss at every point."""

import numpy as np

from benchmarks import peers
from benchmarks.naive import NaiveAdam
from benchmarks.timing import Goal, Regime, agree
from d2l_utils import Adam, bowl, descend

LR, START = 0.3, (-7.0, 2.0)
OURS, FLOATS = "descend", "hand-written floats"
TORCH, MXNET, KERAS, OPTAX = "torch.optim", "MXNet gluon", "Keras", "Optax, compiled step"
GOALS = [
    Goal(OURS, FLOATS, 2, at_least=False),
    Goal(TORCH, OURS, 60),
    Goal(MXNET, OURS, 60),
]


def regime(steps=500, with_peers=True):
    """Return the contestants; each job walks ``steps`` steps and returns the points, shape (steps + 1, 2)."""
    jobs = {
        FLOATS: lambda: hand_written(steps),
        OURS: lambda: descend(Adam(LR), bowl, START, steps).points,
        "update on an array of two": lambda: with_arrays(steps),
        "naive NumPy class": lambda: naive(steps),
    }
    if with_peers:
        jobs |= {
            TORCH: torch_path(steps),
            MXNET: mxnet_path(steps),
            KERAS: keras_path(steps),
            OPTAX: optax_path(steps),
            "Optax, compiled scan": optax_scan(steps),
        }
    agree({name: job() for name, job in jobs.items()}, rtol=1e-3)
    return Regime("R1", f"a path of {steps} steps in two dimensions", OURS, jobs, GOALS)


def hand_written(steps):
    x, y = START
    mx = my = vx = vy = 0.0
    beta1, beta2, eps = 0.9, 0.999, 1e-8
    points, values = [(x, y)], [x * x / 20 + y * y]
    for t in range(1, steps + 1):
        gx, gy = x / 10, 2 * y
        mx = beta1 * mx + (1 - beta1) * gx
        my = beta1 * my + (1 - beta1) * gy
        vx = beta2 * vx + (1 - beta2) * gx * gx
        vy = beta2 * vy + (1 - beta2) * gy * gy
        x -= LR * (mx / (1 - beta1**t)) / ((vx / (1 - beta2**t)) ** 0.5 + eps)
        y -= LR * (my / (1 - beta1**t)) / ((vy / (1 - beta2**t)) ** 0.5 + eps)
        points.append((x, y))
        values.append(x * x / 20 + y * y)
    return points


def with_arrays(steps):
    p, optimizer = np.array(START), Adam(LR)
    points, values = [p.copy()], [bowl.value(*p)]
    for _ in range(steps):
        optimizer.update(p, np.array(bowl.gradient(*p)))
        points.append(p.copy())
        values.append(bowl.value(*p))
    return points


def naive(steps):
    params, optimizer = {"x": np.array(START[0]), "y": np.array(START[1])}, NaiveAdam(LR)
    points = [START]
    for _ in range(steps):
        gx, gy = bowl.gradient(params["x"], params["y"])
        optimizer.update(params, {"x": gx, "y": gy})
        points.append((params["x"].copy(), params["y"].copy()))
    return points


def torch_path(steps):
    torch = peers.torch()

    def path():
        p = torch.tensor(START, dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.Adam([p], lr=LR)
        points = [p.detach().clone()]
        for _ in range(steps):
            optimizer.zero_grad()
            loss = p[0] * p[0] / 20 + p[1] * p[1]
            loss.backward()
            optimizer.step()
            points.append(p.detach().clone())
        return torch.stack(points)

    return path


def mxnet_path(steps):
    mx = peers.mxnet()

    def path():
        (parameter,) = peers.mxnet_parameters([np.array(START)])
        trainer = mx.gluon.Trainer([parameter], "adam", {"learning_rate": LR})
        points = [parameter.data().copy()]
        for _ in range(steps):
            with mx.autograd.record():
                p = parameter.data()
                loss = p[0] * p[0] / 20 + p[1] * p[1]
            loss.backward()
            trainer.step(1)
            points.append(parameter.data().copy())
        return mx.nd.stack(*points).asnumpy()

    return path


def loss(p):
    return p[0] * p[0] / 20 + p[1] * p[1]


def keras_path(steps):
    keras, (jax, _) = peers.keras(), peers.jax()
    variable = keras.Variable(np.array(START, np.float32))
    optimizer = keras.optimizers.Adam(LR, epsilon=1e-8)
    optimizer.build([variable])
    initial = [v.value for v in optimizer.variables]

    @jax.jit
    def step(p, state):
        (p,), state = optimizer.stateless_apply(state, [jax.grad(loss)(p)], [p])
        return p, state

    def path():
        p, state = jax.numpy.array(START), initial
        points = [p]
        for _ in range(steps):
            p, state = step(p, state)
            points.append(p)
        return np.array(points)

    return path


def optax_step(jax, optax):
    optimizer = optax.adam(LR)

    def step(p, state):
        updates, state = optimizer.update(jax.grad(loss)(p), state)
        return optax.apply_updates(p, updates), state

    return optimizer, step


def optax_path(steps):
    jax, optax = peers.jax()
    optimizer, step = optax_step(jax, optax)
    compiled = jax.jit(step)

    def path():
        p = jax.numpy.array(START)
        state, points = optimizer.init(p), [p]
        for _ in range(steps):
            p, state = compiled(p, state)
            points.append(p)
        return np.array(points)

    return path


def optax_scan(steps):
    jax, optax = peers.jax()
    optimizer, step = optax_step(jax, optax)

    @jax.jit
    def walk(start):
        def body(carry, _):
            carry = step(*carry)
            return carry, carry[0]

        return jax.lax.scan(body, (start, optimizer.init(start)), None, length=steps)[1]

    start = jax.numpy.array(START)
    return lambda: np.concatenate([[start], walk(start)])
