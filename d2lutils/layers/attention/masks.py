"""Masks: which keys a query may look at, and a softmax among those alone.

A mask is boolean everywhere: True where a query may look at a key, as in F.scaled_dot_product_attention (and the
opposite of nn.MultiheadAttention's). A query that may look at nothing gets weights and output of zero.
"""

import torch

from d2lutils.arguments import describe


def padding_mask(valid_lens: torch.Tensor, steps: int) -> torch.Tensor:
    """Which of `steps` keys are real: lengths (B,) to a mask (B, 1, steps), the same row for each query."""
    if not isinstance(valid_lens, torch.Tensor) or valid_lens.ndim != 1 or valid_lens.is_floating_point():
        raise ValueError(f"valid_lens holds one whole number a sequence, shape (B,), not {describe(valid_lens)}")
    return (torch.arange(steps, device=valid_lens.device) < valid_lens[:, None])[:, None, :]


def causal_mask(steps: int, before: int = 0, device=None) -> torch.Tensor:
    """Which keys the last `steps` of `before + steps` positions may look at: themselves and all earlier ones.

    A mask (steps, before + steps). `before` is how many positions were computed in earlier calls.
    """
    return torch.ones(steps, before + steps, dtype=torch.bool, device=device).tril(before)


def masked_softmax(scores: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
    """Softmax over the last dimension among the keys that `mask` allows; `scores` itself is left as it was.

    scores: (..., Q, K) of any floating-point type. mask: boolean, (Q, K), (B, Q, K), (B, 1, K) or of as many
    dimensions as the scores. Returns weights of the scores' shape: each row sums to one, or is zero where nothing is
    allowed. Raises TypeError for a mask that is not boolean, ValueError for one that does not fit.
    """
    if mask is None:
        return scores.softmax(dim=-1)
    mask = fitted_mask(mask, scores.shape)
    nothing = ~mask.any(dim=-1, keepdim=True)  # (..., Q, 1)
    # minus infinity exists in every floating-point type; a row of nothing else would give 0/0, so it is set to 0 first
    scores = scores.masked_fill(~mask, float("-inf")).masked_fill(nothing, 0.0)
    return scores.softmax(dim=-1).masked_fill(nothing, 0.0)


def fitted_mask(mask, shape) -> torch.Tensor:
    """`mask` with a dimension for the heads put in where the scores (..., Q, K) of this `shape` have one."""
    if not isinstance(mask, torch.Tensor) or mask.dtype != torch.bool:
        raise TypeError(
            f"a mask is a boolean tensor, True where looking is allowed, not {describe(mask)}: make it with a "
            "comparison, or from lengths with padding_mask(valid_lens, steps)"
        )
    fitted = mask.unsqueeze(1) if mask.ndim == 3 and len(shape) == 4 else mask  # the same for all heads
    fits = fitted.ndim in (2, len(shape)) and all(
        m in (1, n) for m, n in zip(reversed(fitted.shape), reversed(shape))
    )
    # (1, K) and (Q, 1) are taken too, but (B, K) is not: it would pass for (Q, K) wherever B happens to equal Q
    if not fits:
        raise ValueError(
            f"a mask of shape {tuple(mask.shape)} does not fit scores of shape {tuple(shape)}, (…, queries, keys): "
            "give (queries, keys), (batch, queries, keys), or (batch, 1, keys) for lengths, as padding_mask makes it"
        )
    return fitted
