"""From scores to sentences: greedy and beam search over any model with `start` and `step`.

`net.start(source, source_lens)` reads the source and returns a cache; `net.step(tokens, cache)` gives the scores
(B, 1, V) after one more token (B, 1) and puts it into the cache; `cache.select(rows)` reorders it. With a cache each
new token costs one attention over the earlier ones, which are never computed again.
"""

from typing import NamedTuple

import torch

from d2lutils.models.modes import evaluating


@torch.no_grad()
def greedy_search(net, source, source_lens, *, bos: int, eos: int, max_steps: int) -> list[list[int]]:
    """The likeliest next token, again and again, until <eos> or max_steps: for each sentence its tokens, without both.

    source (B, S), source_lens (B,). The model decodes in evaluation mode and is left in the mode it was in.
    """
    _check(max_steps)
    with evaluating(net):
        cache = net.start(source, source_lens)
        token = torch.full((len(source), 1), bos, device=source.device)
        tokens, finished = [], torch.zeros(len(source), dtype=torch.bool, device=source.device)
        for _ in range(max_steps):
            token = net.step(token, cache).argmax(dim=-1)  # (B, 1)
            tokens.append(token)
            finished |= token.squeeze(1) == eos
            if finished.all():
                break
    rows = torch.cat(tokens, dim=1).tolist()
    return [row[: row.index(eos)] if eos in row else row for row in rows]


class Hypothesis(NamedTuple):
    """A translation that a search found. tokens: without <bos> and <eos>. log_prob: the natural logarithm of its
    probability, <eos> included. score: log_prob / length^length_penalty, what hypotheses are ranked by."""

    tokens: list[int]
    log_prob: float
    score: float


@torch.no_grad()
def beam_search(net, source, *, bos: int, eos: int, max_steps: int, beam: int = 4,
                length_penalty: float = 0.0) -> list[Hypothesis]:  # fmt: skip
    """The best translations that a search with `beam` unfinished sentences at a time finds, best first.

    source (S,), one sentence. At each step every kept beginning is continued with every token; of all these the `beam`
    likeliest go on, and those among the `beam` likeliest that end in <eos> are put aside. Sentences cut at max_steps
    count only if none ended. length_penalty: 0 ranks by probability, 1 by the mean log-probability of a token.
    Raises ValueError for a beam or max_steps below 1 and for a length_penalty below 0.
    """
    _check(max_steps)
    if beam < 1:
        raise ValueError(f"beam={beam}: the search must keep at least one sentence; beam=1 is greedy search")
    if length_penalty < 0:
        raise ValueError(f"length_penalty is 0 or more, not {length_penalty}: 0 ranks by probability, 1 by its mean")
    with evaluating(net):
        cache = net.start(source[None], torch.tensor([len(source)], device=source.device))
        rows, log_probs = [[]], torch.zeros(1, device=source.device)  # the beginnings, and how likely each is
        token = torch.tensor([[bos]], device=source.device)
        finished: list[Hypothesis] = []
        for steps in range(1, max_steps + 1):
            following = net.step(token, cache)[:, -1].log_softmax(dim=-1)  # (k, V)
            totals = (log_probs[:, None] + following).flatten()  # (k * V,)
            # every row can end only once, so twice the beam holds `beam` continuations that do not
            best, places = totals.topk(min(2 * beam, len(totals)))
            parents, tokens = places // following.shape[1], places % following.shape[1]
            alive = []
            for rank, (parent, word, total) in enumerate(zip(parents.tolist(), tokens.tolist(), best.tolist())):
                if word == eos:
                    if rank < beam:
                        finished.append(Hypothesis(rows[parent], total, total / steps**length_penalty))
                elif len(alive) < beam:
                    alive.append(rank)
            rows = [[*rows[parents[rank]], int(tokens[rank])] for rank in alive]
            log_probs = best[alive]
            cache.select(parents[alive])
            token = tokens[alive][:, None]  # (k, 1)
            if not alive or _nothing_better(finished, beam, log_probs[0].item(), length_penalty, max_steps):
                break
    cut = [Hypothesis(row, p, p / max_steps**length_penalty) for row, p in zip(rows, log_probs.tolist())]
    return sorted(finished or cut, key=lambda hypothesis: -hypothesis.score)[:beam]


def _nothing_better(finished, beam: int, log_prob: float, length_penalty: float, max_steps: int) -> bool:
    """Whether no continuation of a beginning with this log_prob can still reach the `beam` best finished ones."""
    if len(finished) < beam:
        return False
    bound = log_prob / max_steps**length_penalty  # a continuation only loses probability, and is no longer than that
    return sorted((h.score for h in finished), reverse=True)[beam - 1] >= bound


def _check(max_steps: int) -> None:
    if max_steps < 1:
        raise ValueError(f"max_steps is the longest translation, 1 token or more, not {max_steps}")
