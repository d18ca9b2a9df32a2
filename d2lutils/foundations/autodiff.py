"""Reverse-mode automatic differentiation on NumPy arrays: the engine built in the chapter on automatic differentiation.

The graph is a tape of plain rows (operation, input slots, output slot) in the order in which they were computed. That
order is already topological, so a gradient is one loop over the rows from last to first: no recursion, no sorting.
The method is reverse accumulation (Linnainmaa, BIT 16, 1976; Speelpenning, 1980). It is for learning; torch is faster.
"""

import numpy as np

# operation: (its function, its vector-Jacobian product). The product takes g, the gradient with respect to the output
# y, then y, then the inputs. It returns the gradients with respect to the inputs, before broadcasting is undone.
RULES = {
    "add": (np.add, lambda g, y, a, b: (g, g)),
    "subtract": (np.subtract, lambda g, y, a, b: (g, -g)),
    "multiply": (np.multiply, lambda g, y, a, b: (g * b, g * a)),
    "divide": (np.divide, lambda g, y, a, b: (g / b, -g * y / b)),
    "matmul": (np.matmul, lambda g, y, a, b: (g @ b.mT, a.mT @ g)),
    "exp": (np.exp, lambda g, y, a: (g * y,)),
    "log": (np.log, lambda g, y, a: (g / a,)),
    "tanh": (np.tanh, lambda g, y, a: (g * (1 - y * y),)),
    "relu": (lambda a: np.maximum(a, 0), lambda g, y, a: (g * (a > 0),)),
    "sum": (np.sum, lambda g, y, a: (np.broadcast_to(g, a.shape),)),
}


def sum_to(gradient, shape):
    """Undo broadcasting: add up `gradient` over every axis along which an array of this `shape` was copied."""
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))  # axes that broadcasting put in front
    return gradient.sum(axis=tuple(i for i, size in enumerate(shape) if size == 1), keepdims=True)  # axes it stretched


class Tape:
    """What was computed, in order: `values[slot]` is an array, `rows` the operations that led from slots to slots."""

    def __init__(self):
        self.values, self.rows = [], []

    def variable(self, value):
        """Give a number or an array (as float64, not copied) the next slot of the tape; return a handle to it."""
        self.values.append(np.asarray(value, dtype=np.float64))
        return Traced(self, len(self.values) - 1)

    def apply(self, operation, *inputs):
        """Compute one operation and write its row. Plain numbers and arrays join the tape as constants."""
        inputs = [a if isinstance(a, Traced) else self.variable(a) for a in inputs]
        if any(a.tape is not self for a in inputs):
            raise ValueError(f"{operation}: the inputs lie on different tapes; make them all variables of one Tape")
        output = self.variable(RULES[operation][0](*[a.value for a in inputs]))
        self.rows.append((operation, tuple(a.slot for a in inputs), output.slot))
        return output

    def gradient(self, output, sources, seed=None):
        """`seed` times the Jacobian of `output` with respect to each of `sources`: one array each, in its shape.

        `seed` has the shape of `output`. It may be left out, and is then 1, when `output` holds a single number.
        """
        if any(a.tape is not self for a in (output, *sources)):
            raise ValueError("gradient: the output and the sources must all lie on this tape")
        if seed is None and output.value.size == 1:
            seed = np.ones_like(output.value)
        if seed is None or np.shape(seed) != output.value.shape:
            raise ValueError(f"gradient: the output has shape {output.value.shape}: pass a seed of that shape")
        gradients = {output.slot: np.asarray(seed, dtype=np.float64)}
        for operation, inputs, result in reversed(self.rows):
            if result in gradients:  # otherwise the output does not depend on this row
                arrays = [self.values[slot] for slot in inputs]
                parts = RULES[operation][1](gradients[result], self.values[result], *arrays)
                for slot, array, part in zip(inputs, arrays, parts):
                    gradients[slot] = gradients.get(slot, 0.0) + sum_to(part, array.shape)
        return [gradients.get(a.slot, np.zeros_like(a.value)) for a in sources]


class Traced:
    """A handle to one slot of a tape. Arithmetic with it computes, and writes down what it computed."""

    __array_ufunc__ = None  # so that `array * traced` calls Traced.__rmul__ instead of looping over the array
    value = property(lambda self: self.tape.values[self.slot])

    def __init__(self, tape, slot): self.tape, self.slot = tape, slot
    def __add__(self, other): return self.tape.apply("add", self, other)
    def __radd__(self, other): return self.tape.apply("add", other, self)
    def __sub__(self, other): return self.tape.apply("subtract", self, other)
    def __rsub__(self, other): return self.tape.apply("subtract", other, self)
    def __mul__(self, other): return self.tape.apply("multiply", self, other)
    def __rmul__(self, other): return self.tape.apply("multiply", other, self)
    def __truediv__(self, other): return self.tape.apply("divide", self, other)
    def __rtruediv__(self, other): return self.tape.apply("divide", other, self)
    def __matmul__(self, other): return self.tape.apply("matmul", self, other)
    def __rmatmul__(self, other): return self.tape.apply("matmul", other, self)
    def exp(self): return self.tape.apply("exp", self)
    def log(self): return self.tape.apply("log", self)
    def tanh(self): return self.tape.apply("tanh", self)
    def relu(self): return self.tape.apply("relu", self)
    def sum(self): return self.tape.apply("sum", self)
