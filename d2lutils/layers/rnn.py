"""A recurrent layer from scratch, as chapter 9.3 builds it (Elman, 1990), equal to torch.nn.RNN."""

import math

import torch
from torch import nn

ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu}


def recur(X, h, W_ih, W_hh, b_ih, b_hh, activation=torch.tanh):
    """h_t = activation(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh) for t = 1 … T.

    X (T, B, D) inputs, h (B, H) the state before the first; W_ih (H, D), W_hh (H, H), b_ih and b_hh (H,).
    Returns all states (T, B, H) and the last one (B, H).
    """
    inputs = X @ W_ih.T + (b_ih + b_hh)  # (T, B, H): what does not depend on the state, in one product
    states = []
    for a in inputs:  # (B, H)
        h = activation(torch.addmm(a, h, W_hh.T))  # addmm(a, h, W) = a + h @ W
        states.append(h)
    return torch.stack(states), h


class RNN(nn.Module):
    """`num_layers` recurrent layers, each reading the states of the one below. The interface of torch.nn.RNN.

    input_size D, hidden_size H: numbers in each input and each state. nonlinearity: "tanh" or "relu".
    Parameters have torch.nn.RNN's names, shapes and start, uniform in ±1/√H, so state dicts can be exchanged.
    """

    def __init__(self, input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: str = "tanh"):
        super().__init__()
        if nonlinearity not in ACTIVATIONS:
            raise ValueError(f'nonlinearity is "tanh" or "relu", not {nonlinearity!r}')
        for name, value in (("input_size", input_size), ("hidden_size", hidden_size), ("num_layers", num_layers)):
            if value < 1:
                raise ValueError(f"{name} must be 1 or more, not {value}")
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.nonlinearity = nonlinearity
        bound = 1 / math.sqrt(hidden_size)
        for layer in range(num_layers):
            inputs = input_size if layer == 0 else hidden_size
            shapes = {"weight_ih": (hidden_size, inputs), "weight_hh": (hidden_size, hidden_size),
                      "bias_ih": (hidden_size,), "bias_hh": (hidden_size,)}  # fmt: skip
            for name, shape in shapes.items():
                self.register_parameter(f"{name}_l{layer}", nn.Parameter(torch.empty(shape).uniform_(-bound, bound)))

    def forward(self, X, state=None):
        """X (T, B, D) and a state (layers, B, H), zeros if None, to the top layer's states (T, B, H) and the new state.

        Raises ValueError for inputs or a state of another shape.
        """
        check_rnn_shapes(self, X, state)
        if state is None:
            state = X.new_zeros(self.num_layers, X.shape[1], self.hidden_size)
        last = []
        for layer in range(self.num_layers):
            W_ih, W_hh, b_ih, b_hh = (
                getattr(self, f"{name}_l{layer}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            )
            X, h = recur(X, state[layer], W_ih, W_hh, b_ih, b_hh, ACTIVATIONS[self.nonlinearity])  # (T, B, H)
            last.append(h)
        return X, torch.stack(last)  # (T, B, H), (layers, B, H)

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}, {self.num_layers}, {self.nonlinearity!r}"


def check_rnn_shapes(rnn, X: torch.Tensor, state) -> None:
    """Raise ValueError unless X is (T, B, D) with T above 0 and `state` None or (layers · directions, B, H).

    rnn: this RNN, torch.nn.RNN, GRU or LSTM; an LSTM's state is a pair.
    """
    if X.ndim != 3 or X.shape[2] != rnn.input_size or X.shape[0] == 0:
        raise ValueError(
            f"inputs must be (T, B, {rnn.input_size}): T steps, 1 or more, of B sequences with {rnn.input_size} "
            f"numbers each; got {tuple(X.shape)}"
        )
    layers = rnn.num_layers * (2 if getattr(rnn, "bidirectional", False) else 1)
    wanted = (layers, X.shape[1], rnn.hidden_size)
    for part in state if isinstance(state, tuple) else (state,):
        if part is not None and tuple(part.shape) != wanted:
            raise ValueError(
                f"the state has shape {tuple(part.shape)}; {layers} layer(s), a batch of {X.shape[1]} and "
                f"{rnn.hidden_size} units need {wanted}. A state belongs to the batch it came from: pass None to begin "
                "anew"
            )
