"""Training a language model: its step for `fit`."""

from d2lutils.metrics import perplexity
from d2lutils.training.steps import StepOutput, mean_loss


def detached(state):
    """`state` (a tensor, None, or tuples of them) with the same values and no history to differentiate through."""
    if isinstance(state, tuple):
        return tuple(detached(part) for part in state)
    return state if state is None else state.detach()


class LanguageModelStep:
    """The step for `fit` with batches (X, Y) of tokens (B, T) and models (tokens, state) -> (logits (B, T, V), state).

    carry: True hands each batch the state in which the batch before ended, cut off from its history; right only where
        batches continue each other (SequentialLoader). False begins every batch at state None (RandomLoader).
    The loss is taken over B·T tokens; the History gets the perplexity exp(mean loss) beside it.
    """

    def __init__(self, carry=True):
        self.carry, self.state = carry, None
        self.of_mean_loss = {"perplexity": perplexity}

    def start(self, train):
        self.state = None

    def __call__(self, net, batch, loss):
        X, Y = batch  # (B, T) each
        logits, state = net(X, self.state)  # (B, T, V)
        self.state = detached(state) if self.carry else None
        output, target = logits.flatten(0, 1), Y.flatten()  # (B·T, V), (B·T,)
        return StepOutput(mean_loss(loss, output, target), output, target, Y.numel())
