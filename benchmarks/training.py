"""R2: one epoch with Adam, for linear regression (batches of 10) and a two-layer network (batches of 128)."""

from functools import partial

import numpy as np

from benchmarks import peers
from benchmarks.naive import NaiveAdam
from benchmarks.timing import Goal, Regime, agree
from d2l_utils import Adam
from d2l_utils.data import make_regression
from d2l_utils.models import LinearRegression, TwoLayerNet
from d2l_utils.training import fit

LR = 0.001
FIT, LOOP, NAIVE = "fit", "our update in a loop", "naive NumPy class in a loop"
LOADER, OWN = "torch + DataLoader", "torch, d2l's own loop"
INDEXED, FUSED = "torch, indexed", "torch, indexed, fused"
GLUON, KERAS, OPTAX = "MXNet gluon", "Keras fit", "Optax, compiled step"
CALLS = (
    "The loops over indices do without a `DataLoader`, the fused one also without a call for each operation. "
    "Nearly all of our time goes into calls of NumPy on arrays of ten numbers, and a call costs the same "
    "however few they are."
)
LINEAR_GOALS = [Goal(peer, LOOP, 20, if_missed=CALLS) for peer in (LOADER, OWN, INDEXED, FUSED, GLUON)]
NETWORK_GOALS = [Goal(LOADER, FIT, 1.5)]


def linear_regime(examples=1500, batch_size=10, with_peers=True):
    """Return the contestants of d2l's linear regression with 5 features, in float64 where a peer has it."""
    data, _ = make_regression(examples, 5, noise=0.1, rng=np.random.default_rng(0))

    def model():
        return LinearRegression(5, rng=np.random.default_rng(1))

    title = "an epoch of linear regression"
    return _regime("R2a", title, LOOP, model, data, batch_size, LINEAR_GOALS, with_peers)


def network_regime(examples=2560, batch_size=128, with_peers=True):
    """Return the contestants of a 784-50-10 network in float32."""
    rng = np.random.default_rng(0)
    data = rng.normal(size=(examples, 784)).astype(np.float32), rng.integers(0, 10, examples)

    def model():
        return TwoLayerNet(784, 50, 10, rng=np.random.default_rng(1), dtype=np.float32)

    title = "an epoch of a 784-50-10 network"
    return _regime("R2b", title, FIT, model, data, batch_size, NETWORK_GOALS, with_peers)


def _regime(key, title, ours, model, data, batch_size, goals, with_peers):
    makers = {FIT: with_fit, LOOP: partial(in_a_loop, Adam), NAIVE: partial(in_a_loop, NaiveAdam)}
    if with_peers:
        makers |= {
            LOADER: with_loader,
            OWN: own_loop,
            INDEXED: partial(with_torch, fused=False),
            FUSED: partial(with_torch, fused=True),
            GLUON: with_gluon,
            KERAS: with_keras,
            OPTAX: with_optax,
        }
    # In one batch of all examples the order of a shuffle does not matter, so there the results agree.
    agree({name: maker(model(), data, len(data[0]))() for name, maker in makers.items()}, rtol=2e-3)
    return Regime(
        key, title, ours, {name: maker(model(), data, batch_size) for name, maker in makers.items()}, goals
    )


def flat(arrays):
    """Return all parameters in one array, weights as (inputs, outputs)."""
    return np.concatenate([np.asarray(array).ravel() for array in arrays])


def with_fit(model, data, batch_size):
    optimizer, rng = Adam(LR), np.random.default_rng(2)

    def epoch():
        fit(model, data, optimizer, epochs=1, batch_size=batch_size, rng=rng, progress=False)
        return flat(model.params.values())

    return epoch


def in_a_loop(optimizer_class, model, data, batch_size):
    """Return a loop as a notebook writes it out: the reader's own batches and gradient, and an optimizer."""
    optimizer, rng = optimizer_class(LR), np.random.default_rng(2)
    x, t = data
    params, gradient = model.params, model.gradient
    if isinstance(model, LinearRegression):
        t, gradient = t[:, None], partial(linear_gradient, params)

    def epoch():
        order = rng.permutation(len(x))
        for i in range(0, len(x), batch_size):
            pick = order[i : i + batch_size]
            optimizer.update(params, gradient(x.take(pick, axis=0), t.take(pick, axis=0)))
        return flat(params.values())

    return epoch


def linear_gradient(params, x, t):
    error = x.dot(params["W"])
    error += params["b"]
    error -= t
    error /= len(t)
    return {"W": x.T.dot(error), "b": np.add.reduce(error)}


def torch_model(model):
    """Return the model as a torch module with the same parameters, and its loss."""
    torch = peers.torch()
    arrays, layers = list(model.params.values()), []
    for w, b in zip(arrays[::2], arrays[1::2], strict=True):
        layer = torch.nn.Linear(*w.shape)
        layer.weight.data, layer.bias.data = torch.tensor(w.T.copy()), torch.tensor(b)
        layers += [layer, torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    if isinstance(model, LinearRegression):
        return net, lambda y, t: torch.nn.functional.mse_loss(y[:, 0], t) / 2
    return net, torch.nn.functional.cross_entropy


def torch_epoch(model, batches, **settings):
    torch = peers.torch()
    net, loss = torch_model(model)
    optimizer = torch.optim.Adam(net.parameters(), lr=LR, **settings)

    def epoch():
        for x, t in batches():
            optimizer.zero_grad()
            loss(net(x), t).backward()
            optimizer.step()
        return flat([p.detach().numpy().T for p in net.parameters()])

    return epoch


def with_loader(model, data, batch_size):
    torch = peers.torch()
    dataset = torch.utils.data.TensorDataset(*map(torch.tensor, data))
    loader = torch.utils.data.DataLoader(dataset, batch_size, shuffle=True)
    return torch_epoch(model, lambda: loader)


def own_loop(model, data, batch_size):
    """Return d2l's loop with the optimizer written out in tensors, as in its chapter on Adam."""
    torch = peers.torch()
    net, loss = torch_model(model)
    params = list(net.parameters())
    states = [(torch.zeros_like(p), torch.zeros_like(p)) for p in params]
    dataset = torch.utils.data.TensorDataset(*map(torch.tensor, data))
    loader, made = torch.utils.data.DataLoader(dataset, batch_size, shuffle=True), [0]
    beta1, beta2, eps = 0.9, 0.999, 1e-8

    def update():
        made[0] += 1
        for p, (m, s) in zip(params, states, strict=True):
            with torch.no_grad():
                m[:] = beta1 * m + (1 - beta1) * p.grad
                s[:] = beta2 * s + (1 - beta2) * torch.square(p.grad)
                m_hat = m / (1 - beta1 ** made[0])
                s_hat = s / (1 - beta2 ** made[0])
                p[:] -= LR * m_hat / (torch.sqrt(s_hat) + eps)
            p.grad.zero_()

    def epoch():
        for x, t in loader:
            loss(net(x), t).backward()
            update()
        return flat([p.detach().numpy().T for p in params])

    return epoch


def with_torch(model, data, batch_size, fused):
    torch = peers.torch()
    x, t = map(torch.tensor, data)

    def batches():
        order = torch.randperm(len(x))
        for i in range(0, len(x), batch_size):
            pick = order[i : i + batch_size]
            yield x[pick], t[pick]

    return torch_epoch(model, batches, fused=fused)


def with_gluon(model, data, batch_size):
    mx = peers.mxnet()
    arrays = list(model.params.values())
    net = mx.gluon.nn.HybridSequential()
    for w in arrays[::2]:
        hidden = w is not arrays[-2]
        net.add(mx.gluon.nn.Dense(w.shape[1], in_units=w.shape[0], activation="relu" if hidden else None))
    net.initialize()
    parameters = list(net.collect_params().values())
    for parameter, array in zip(parameters, arrays, strict=True):
        parameter.set_data(mx.nd.array(array.T))
    net.hybridize(static_alloc=True, static_shape=True)
    losses = mx.gluon.loss
    loss = losses.L2Loss() if isinstance(model, LinearRegression) else losses.SoftmaxCrossEntropyLoss()
    trainer = mx.gluon.Trainer(parameters, "adam", {"learning_rate": LR})
    x, t = (np.asarray(array, np.float32) for array in data)
    loader = mx.gluon.data.DataLoader(mx.gluon.data.ArrayDataset(x, t), batch_size, shuffle=True)

    def epoch():
        for xb, tb in loader:
            with mx.autograd.record():
                each = loss(net(xb), tb)
            each.backward()
            trainer.step(len(xb))
        return flat([parameter.data().asnumpy().T for parameter in parameters])

    return epoch


def with_keras(model, data, batch_size):
    keras = peers.keras()
    arrays = list(model.params.values())
    net = keras.Sequential([keras.Input((arrays[0].shape[0],))])
    for w in arrays[::2]:
        net.add(keras.layers.Dense(w.shape[1], activation="relu" if w is not arrays[-2] else None))
    net.set_weights(arrays)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    if isinstance(model, LinearRegression):

        def loss(t, y):
            return keras.ops.mean(keras.ops.square(y[:, 0] - keras.ops.reshape(t, (-1,)))) / 2

    net.compile(keras.optimizers.Adam(LR, epsilon=1e-8), loss)

    def epoch():
        net.fit(*data, batch_size=batch_size, epochs=1, verbose=0)
        return flat(net.get_weights())

    return epoch


def with_optax(model, data, batch_size):
    jax, optax = peers.jax()
    np32 = [np.asarray(array, np.float32) for array in model.params.values()]
    optimizer, rng = optax.adam(LR), np.random.default_rng(2)
    x, t = np.asarray(data[0], np.float32), data[1]

    def loss(params, x, t):
        for i in range(0, len(params), 2):
            x = x @ params[i] + params[i + 1]
            x = jax.nn.relu(x) if i + 2 < len(params) else x
        if isinstance(model, LinearRegression):
            return ((x[:, 0] - t) ** 2).mean() / 2
        return optax.softmax_cross_entropy_with_integer_labels(x, t).mean()

    @jax.jit
    def step(params, state, x, t):
        updates, state = optimizer.update(jax.grad(loss)(params, x, t), state)
        return optax.apply_updates(params, updates), state

    held = [[jax.numpy.array(array) for array in np32]]
    held.append(optimizer.init(held[0]))

    def epoch():
        order = rng.permutation(len(x))
        for i in range(0, len(x), batch_size):
            pick = order[i : i + batch_size]
            held[:] = step(*held, x[pick], t[pick])
        return flat(held[0])

    return epoch
