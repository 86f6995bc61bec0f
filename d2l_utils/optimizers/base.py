"""What every optimizer shares: its settings, the state, and `update`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from d2l_utils._engine import arrays, checks
from d2l_utils._engine.clock import timed
from d2l_utils._engine.groups import Apply, State
from d2l_utils._engine.names import named, near
from d2l_utils._engine.programs import is_ours
from d2l_utils.aliases import Grads, Hyperparameters, Params
from d2l_utils.optimizers.attributes import Attributes, in_turn
from d2l_utils.optimizers.needs import beside, check_declared, check_moved, read_only, switches, written
from d2l_utils.optimizers.prepared import Prepared
from d2l_utils.optimizers.saved import Saved, copied, taken
from d2l_utils.optimizers.settings import Hyperparameter, Told, declared

__all__ = ["Optimizer"]


class Optimizer(Attributes, Prepared):
    """What all optimizers share: `update`, the state, saving and restoring it.

    A subclass declares what its rule needs: the ``rule``, the ``slots`` of its state with the number that
    each starts from, its ``kind``, its ``clock``, its settings. It hands its hyper-parameters to this
    constructor in the rule's order. Its switches are keyword-only, and attributes of the same names.

    Attributes are strict: a setting checks what it is set to, what is fixed says so, and a name that means
    nothing is refused. A class of your own may keep further attributes.

    Attributes
    ----------
    rule : callable
        The function of :mod:`d2l_utils.rules` that is applied, or your own. Small arrays are joined and large
        ones cut before an elementwise one sees them.
    slots : dict of str to float
        The rule's state: name -> initial value.
    kind : str
        "elementwise": the rule treats each element by itself. `MatrixMethod` and `VectorMethod` are of other
        kinds.
    clock : str
        "t" if the rule takes the number of the step, counted from 1, ahead of its settings; "" if not.
    shown : dict
        The settings with which the live figures offer it, under which it comes down the bowl in some dozen
        steps. A class without its own stays out of their menu.
    t : int
        Updates made so far.
    """

    rule: Callable[..., Any]
    slots: Mapping[str, Any] = {}
    kind: str = "elementwise"
    clock: str = ""
    shown: Mapping[str, float]
    t: int = 0
    lr = Hyperparameter("η", schedulable=True, trial=0.1)
    _settings: tuple[Any, ...] | None = None
    _swept: tuple[int, ...] | None = None
    _known: arrays.Known | None = None
    _asked: tuple[Any, int, Any] | None = None  # a schedule, the step, and what it answered
    _held: tuple[Any, int, Any] | None = None  # the same, for an update that was refused
    _refused = False

    def __init_subclass__(cls) -> None:
        check_declared(cls)
        if "slots" in vars(cls):
            cls.slots = read_only(cls.slots)
        if "__init__" in vars(cls):
            cls.__init__ = named(cls.__init__)  # type: ignore[method-assign]

    def __init__(self, **hyperparameters: Any) -> None:
        self._names = tuple(hyperparameters)
        for name, value in hyperparameters.items():
            if not isinstance(getattr(type(self), name, None), Hyperparameter):
                known = ", ".join(declared(type(self))) or "none"
                told = f"it has {known}{near([name], declared(type(self)))}"
                raise TypeError(f"{type(self).__name__} has no setting {name!r}; {told}")
            setattr(self, name, value)
        self.t = 0
        self._state: State = {}
        self._applied: list[Apply] = []

    @in_turn
    def __getstate__(self) -> dict[str, Any]:
        """Leave out of a copy what belongs to these very arrays; the next update lays out its state anew."""
        kept = self.__dict__ | {"_state": copied(self._state), "_known": None, "_applied": []}
        del kept["_lock"]
        return kept | ({"slots": dict(self.slots)} if "slots" in kept else {})

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state | ({"slots": read_only(state["slots"])} if "slots" in state else {}))
        for value in (*self.hyperparameters.values(), *self.slots.values()):
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    def __repr__(self) -> str:
        settings = dict(self.hyperparameters)
        for name, default in switches(type(self)).items():
            if np.any(getattr(self, name, default) != default):
                settings[name] = getattr(self, name)
        told = written(settings) | beside(self)
        return f"{type(self).__name__}({', '.join(map('='.join, told.items()))})"

    @property
    def hyperparameters(self) -> Hyperparameters:
        """The current settings by name, in the order in which the rule takes them; set them as attributes."""
        return Told(self._by_name())

    def _by_name(self) -> Hyperparameters:
        return {name: self.__dict__[name] for name in self._names}

    def arguments(self, t: int) -> tuple[Any, ...]:
        """Return what the rule takes after its state on step ``t`` (1, 2, ...).

        A schedule is asked for the rate after t − 1 updates, so that its first answer is ``lr(0)``; for an
        update that was refused, it has answered already.
        """
        kept = self._settings
        if kept is not None:
            return kept if self.clock == "" else timed(self.clock, kept, t)
        with self._lock:
            return self._asked_for(t)

    def _asked_for(self, t: int) -> tuple[Any, ...]:
        settings = self._by_name()
        if callable(settings["lr"]):
            check_moved(self, settings["lr"], t)
            asked = self._held
            if asked is None or asked[0] is not settings["lr"] or asked[1] != t:
                asked = self._asked = settings["lr"], t, Optimizer.lr.check(settings["lr"](t - 1))
            settings["lr"] = asked[2]
        else:
            self._settings = tuple(settings.values())
        return timed(self.clock, tuple(settings.values()), t)

    def swept_shape(self, arguments: tuple[Any, ...]) -> tuple[int, ...]:
        """Return the common shape of the arrays among ``arguments`` and initial states, () without any.

        Raises
        ------
        ValueError
            If their shapes do not broadcast.
        """
        for value in (*arguments, *self.slots.values()):
            if value.__class__ is np.ndarray:
                break
        else:
            return ()
        shapes = {np.shape(value) for value in (*arguments, *self.slots.values())} - {()}
        try:
            return np.broadcast_shapes(*shapes)
        except ValueError:
            raise ValueError(
                f"settings that are swept together must broadcast; got shapes {sorted(shapes)}"
            ) from None

    @in_turn
    def update(self, params: Params, grads: Grads, *others: Any, check_finite: bool = False) -> None:
        """Take one step: change ``params`` in place, against ``grads``.

        Nothing has changed after an error, and a schedule is not asked again for the same update. Only a
        rule of your own that fails after its first update of these arrays may leave them half changed.

        Parameters
        ----------
        params : dict of str to ndarray, or ndarray
            Floating-point arrays of any shape. Each keeps its dtype, in which its state is kept and its step
            computed, those of float16 in float32.
        grads : dict of str to ndarray, or ndarray
            The gradients, with the keys and shapes of ``params``. They are not changed. One that shares
            memory with a parameter counts as it was before the update.
        check_finite : bool
            Refuse a gradient that holds NaN or infinity.

        Raises
        ------
        TypeError
            If something is not an array, or not of floating point.
        ValueError
            If keys or shapes differ, from each other or (dtypes too) from those of the updates before, if a
            parameter cannot be written, if arrays of one name, none a copy of the other, take turns and there
            is but one state, or if a gradient is not finite and ``check_finite`` is set.
        FloatingPointError
            If NumPy is set to raise it, as ``np.errstate(all="raise")`` does. Each update then begins with a
            copy of the parameters and the state.
        """
        if others:
            raise TypeError(
                f"update takes params and grads, and keeps the state itself; got {2 + len(others)} arguments"
            )
        params, grads = arrays.as_dicts(params, grads)
        state, applied, known = self._state, self._applied, self._known
        fitting = None if known is None else known.fitting(params, grads, self.rule)
        if fitting is None:
            known = None
            arrays.check(params, grads)
            if state:
                self._check_state(params, state)
        if check_finite is not False and checks.truth("check_finite", check_finite):
            arrays.check_finite(grads)
        try:
            settings = self._given(self.arguments(self.t + 1))
            swept = self._swept
            if swept is None:
                swept = self.swept_shape(settings)
                self._swept = None if self._settings is None else swept
            untried = False
            if fitting is None or known is None or swept != known.swept:
                untried = not is_ours(self.rule)
                state, applied = self._prepared(params, grads, swept)
                known = arrays.Known.of(params, grads, self.rule, swept, self._known if self.slots else None)
                fitting = known.apart(grads)
            if untried or arrays.may_raise():
                slots = (value for slots in state.values() for value in slots.values())
                with arrays.restored([*params.values(), *slots]):
                    for apply in applied:
                        apply(fitting, settings)
            else:
                for apply in applied:
                    apply(fitting, settings)
        except BaseException:
            self._hold(True)
            raise
        # one call: to set them one by one asks four times whether they are settings
        self.__dict__.update(_state=state, _applied=applied, _known=known, t=self.t + 1)
        if self._refused:
            self._hold(False)

    def _hold(self, refused: bool) -> None:
        """After an update that was refused, hold what the schedule answered for it; let go of it later."""
        self._refused, self._held = refused, self._asked if refused else None
        inner = self.__dict__.get("optimizer")
        if isinstance(inner, Optimizer):
            inner._hold(refused)

    @in_turn
    def state_dict(self) -> dict[str, Any]:
        """Return a copy of the state: ``{"t": int, "method": str, "state": {parameter: {slot: ndarray}}}``.

        ``"method"`` says whose the slots are, and of which form: ``"Momentum(lr_in_velocity=False)"``. Those
        of `Nesterov` are those of `Momentum`, and those of `AdamW` are those of `Adam`. Unlike PyTorch's
        it holds no settings: a rate that you have set you set again.
        """
        return Saved(t=self.t, method=self._method, state=copied(self._state))

    @property
    def _method(self) -> str:
        """What the slots of the state are: the class that declares them, and its form where there are two."""
        declaring = (kind for kind in type(self).__mro__ if "slots" in vars(kind))
        kind = next(declaring, Optimizer)
        name = type(self).__name__ if kind is Optimizer else vars(kind).get("slots_of", kind.__name__)
        form = ", ".join(f"{switch}={getattr(self, switch)}" for switch in self._form())
        return f"{name}({form})" if form else name

    def _form(self) -> tuple[str, ...]:
        """Return the switches that give the slots another meaning than they have by default."""
        return ()

    @in_turn
    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from a state that `state_dict` returned; it is copied.

        A state without ``"method"``, as earlier releases saved it, is taken if its slots have these names.

        Raises
        ------
        ValueError
            If it is not the state of this kind of optimizer: its slots have other names, or mean something
            else, as AdaGrad's sum s is not RMSProp's average. Nothing has changed then.
        """
        self.t, state = taken(saved, self)
        self._state, self._known, self._applied = state, None, []
