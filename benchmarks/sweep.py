"""R4: many settings of Adam at once over x²/20 + y², 200 steps each."""

import numpy as np

from benchmarks import peers
from benchmarks.naive import NaiveAdam
from benchmarks.timing import Goal, Regime, agree
from d2l_utils import Adam, bowl, descend

START = (-7.0, 2.0)
OURS, FLOATS, TORCH = "descend, swept", "pure Python, one setting at a time", "torch, batched"
OPTAX, NAIVE = "Optax, compiled vmap and scan", "naive NumPy class on the batch"
GOALS = [Goal(FLOATS, OURS, 40), Goal(TORCH, OURS, 1)]


def regime(settings=2000, steps=200, with_peers=True):
    """Return the contestants; each job returns all points, shape (steps + 1, 2, settings)."""
    rates = np.geomspace(1e-3, 1.0, settings)
    jobs = {
        OURS: lambda: descend(Adam(rates), bowl, START, steps).points,
        FLOATS: lambda: pure_python(rates.tolist(), steps),
        NAIVE: lambda: naive(rates, steps),
    }
    if with_peers:
        jobs |= {TORCH: torch_batch(rates, steps), OPTAX: optax_batch(rates, steps)}
    agree({name: job() for name, job in jobs.items()}, rtol=1e-3)
    return Regime("R4", f"{settings} settings × {steps} steps", OURS, jobs, GOALS)


def pure_python(rates, steps):
    beta1, beta2, eps = 0.9, 0.999, 1e-8
    paths, losses = [], []
    for lr in rates:
        x, y = START
        points, values = [START], [x * x / 20 + y * y]
        mx = my = vx = vy = 0.0
        for t in range(1, steps + 1):
            gx, gy = x / 10, 2 * y
            mx = beta1 * mx + (1 - beta1) * gx
            my = beta1 * my + (1 - beta1) * gy
            vx = beta2 * vx + (1 - beta2) * gx * gx
            vy = beta2 * vy + (1 - beta2) * gy * gy
            x -= lr * (mx / (1 - beta1**t)) / ((vx / (1 - beta2**t)) ** 0.5 + eps)
            y -= lr * (my / (1 - beta1**t)) / ((vy / (1 - beta2**t)) ** 0.5 + eps)
            points.append((x, y))
            values.append(x * x / 20 + y * y)
        paths.append(points)
        losses.append(values)
    return np.array(paths).transpose(1, 2, 0)


def naive(rates, steps):
    p = np.repeat(np.array(START)[:, None], len(rates), axis=1)
    params, optimizer = {"p": p}, NaiveAdam(rates)
    points, values = [p.copy()], [bowl.value(*p)]
    for _ in range(steps):
        optimizer.update(params, {"p": np.stack(bowl.gradient(*p))})
        points.append(p.copy())
        values.append(bowl.value(*p))
    return np.array(points)


def torch_batch(rates, steps):
    torch = peers.torch()
    lr = torch.tensor(rates)
    beta1, beta2, eps = 0.9, 0.999, 1e-8

    @torch.no_grad()
    def batch():
        p = torch.tensor(START, dtype=torch.float64)[:, None].repeat(1, len(rates))
        curvature = torch.tensor([[0.1], [2.0]], dtype=torch.float64)
        m, s = torch.zeros_like(p), torch.zeros_like(p)
        points, values = [p.clone()], [bowl.value(*p)]
        for t in range(1, steps + 1):
            g = curvature * p
            m.lerp_(g, 1 - beta1)
            s.mul_(beta2).addcmul_(g, g, value=1 - beta2)
            denominator = (s / (1 - beta2**t)).sqrt_().add_(eps)
            p -= lr * (m / (1 - beta1**t)).div_(denominator)
            points.append(p.clone())
            values.append(bowl.value(*p))
        return torch.stack(points)

    return batch


def optax_batch(rates, steps):
    jax, optax = peers.jax()

    def path(lr):
        optimizer = optax.adam(lr)

        def body(carry, _):
            p, state = carry
            updates, state = optimizer.update(jax.numpy.stack(bowl.gradient(*p)), state)
            p = optax.apply_updates(p, updates)
            return (p, state), (p, bowl.value(*p))

        start = jax.numpy.array(START)
        return jax.lax.scan(body, (start, optimizer.init(start)), None, length=steps)[1]

    batch = jax.jit(jax.vmap(path, out_axes=(2, 1)))
    lr, start = jax.numpy.array(rates), np.repeat(np.reshape(START, (1, 2, 1)), len(rates), axis=2)
    return lambda: np.concatenate([start, batch(lr)[0]])
