"""R3: one step of Adam on n numbers in float32, beside the time in which memory moves the bytes of a step."""

import numpy as np

from benchmarks import peers
from benchmarks.elsewhere import Elsewhere
from benchmarks.naive import NaiveAdam
from benchmarks.timing import Goal, Regime, agree
from d2l_utils import Adam, rules
from d2l_utils._engine.tracing import listing

LR = 0.001
BYTES = 28  # a parameter: p, g, m, s are read, p, m, s are written, four bytes each
OURS, NAIVE, LIMIT = "update", "naive NumPy class", "limit of the memory"
TORCH, FUSED = "torch.optim", "torch.optim, fused"
MXNET, KERAS = "MXNet", "Keras on torch"
COMPILED, OPTAX = "Keras, compiled step", "Optax, compiled step"
TORCH_PASSES = 7  # lerp_, mul_, addcmul_, sqrt, div, add_, addcdiv_ in torch/optim/adam.py of 2.13
STEPS = 3  # in which the contestants must agree
ELEMENTS = 1_000_000  # that a job works through at least, or 100 steps, so that short ones are timed in a row


def goals(n):
    """Return what is aimed at for n parameters."""
    passes = len(listing(rules.adam, num_slots=2).steps) - 1  # ε inside the root is 0 and not added
    reason = (
        f"NumPy walks over the arrays {passes} times a step, PyTorch {TORCH_PASSES} times: it has operations "
        "that multiply and add at once. A step that was compiled into one loop walks over them once."
    )
    ahead = [Goal(peer, OURS, 1, if_missed=reason) for peer in (TORCH, MXNET, KERAS)]
    if n <= 10_000:  # above, no NumPy keeps up with a step that was compiled into one loop
        ahead += [Goal(peer, OURS, 1, if_missed=reason) for peer in (FUSED, COMPILED)]
    if n >= 10_000_000:
        ahead.append(Goal(OURS, LIMIT, 3.5, at_least=False))
    return ahead


def regime(n, with_peers=True):
    """Return the contestants; each takes a number of steps and returns its parameters."""
    makers = {OURS: ours, NAIVE: naive}
    if with_peers:
        makers |= {
            TORCH: lambda p, g: torch_step(p, g, fused=False),
            FUSED: lambda p, g: torch_step(p, g, fused=True),
            MXNET: mxnet_step,
            KERAS: lambda p, g: Elsewhere(keras_on_torch, p, g, KERAS_BACKEND="torch"),
            COMPILED: keras_step,
            OPTAX: optax_step,
        }
    rng = np.random.default_rng(0)
    p, g = rng.normal(size=(2, n)).astype(np.float32)
    g += np.sign(g)  # far from 0, where ε decides, which Keras and MXNet add at another place
    steppers = {name: maker(p.copy(), g.copy()) for name, maker in makers.items()}
    agree({name: step(STEPS) for name, step in steppers.items()}, rtol=1e-5)
    repeats = max(1, min(100, ELEMENTS // n))
    jobs = {name: lambda step=step: step(repeats) for name, step in steppers.items()}
    if n >= 1_000_000:
        jobs[LIMIT] = traffic(n)
    return Regime(f"R3, n = {n:.0e}".replace("e+0", "e"), f"a step on {n:,} parameters", OURS, jobs, goals(n))


def traffic(n):
    """Return a job that moves ``BYTES`` a parameter: 12 for each element of an addition in place."""
    size = n * BYTES // 12
    a, b = np.zeros(size, np.float32), np.ones(size, np.float32)
    return lambda: np.add(a, b, out=a)


def ours(p, g):
    optimizer = Adam(LR)

    def step(times):
        for _ in range(times):
            optimizer.update(p, g)
        return p

    return step


def naive(p, g):
    optimizer, params, grads = NaiveAdam(LR), {"p": p}, {"p": g}

    def step(times):
        for _ in range(times):
            optimizer.update(params, grads)
        return p

    return step


def torch_step(p, g, fused):
    torch = peers.torch()
    tensor = torch.tensor(p, requires_grad=True)
    tensor.grad = torch.tensor(g)
    optimizer = torch.optim.Adam([tensor], lr=LR, fused=fused)

    def step(times):
        for _ in range(times):
            optimizer.step()
        return tensor.detach().numpy()

    return step


def mxnet_step(p, g):
    mx = peers.mxnet()
    (parameter,) = peers.mxnet_parameters([p])
    trainer = mx.gluon.Trainer([parameter], "adam", {"learning_rate": LR})
    with mx.autograd.record():
        loss = (parameter.data() * mx.nd.array(g)).sum()
    loss.backward()

    def step(times):
        for _ in range(times):
            parameter.data()._fresh_grad = True  # the trainer steps only on a gradient that it has not seen
            trainer.step(1)
        parameter.data().wait_to_read()
        return parameter.data().asnumpy() if times == STEPS else None

    return step


def keras_on_torch(p, g):
    keras, torch = peers.keras("torch"), peers.torch()
    variable, gradient = keras.Variable(p), torch.tensor(g)
    optimizer = keras.optimizers.Adam(LR, epsilon=1e-8)
    optimizer.build([variable])

    def step(times):
        for _ in range(times):
            optimizer.apply([gradient], [variable])
        return keras.ops.convert_to_numpy(variable) if times == STEPS else None

    return step


def keras_step(p, g):
    keras, (jax, _) = peers.keras(), peers.jax()
    optimizer = keras.optimizers.Adam(LR, epsilon=1e-8)
    optimizer.build([keras.Variable(p)])

    def update(p, state, g):
        (p,), state = optimizer.stateless_apply(state, [g], [p])
        return p, state

    # Donated buffers are given up at the call, so the state is copied out of the variables first.
    state = [jax.numpy.array(variable.value, copy=True) for variable in optimizer.variables]
    return compiled(jax, update, p, state, g)


def optax_step(p, g):
    jax, optax = peers.jax()
    optimizer = optax.adam(LR)

    def update(p, state, g):
        updates, state = optimizer.update(g, state, p)
        return optax.apply_updates(p, updates), state

    return compiled(jax, update, p, optimizer.init(jax.numpy.array(p)), g)


def compiled(jax, update, p, state, g):
    update = jax.jit(update, donate_argnums=(0, 1))
    held, g = [jax.numpy.array(p, copy=True), state], jax.numpy.array(g)

    def step(times):
        for _ in range(times):
            held[:] = update(*held, g)
        jax.block_until_ready(held[0])
        return np.array(held[0]) if times == STEPS else None

    return step
