"""What a batch of sentence pairs does: teacher forcing, and a loss that is the mean over real tokens."""

import torch
import torch.nn.functional as F

from d2lutils.training.steps.step import Step, StepOutput, mean_loss


def masked_cross_entropy(scores: torch.Tensor, target: torch.Tensor, valid_lens: torch.Tensor) -> torch.Tensor:
    """The mean cross-entropy of the real tokens: scores (B, T, V), target (B, T), valid_lens (B,); a 0-d tensor.

    Averaged once, over all real tokens of the batch together: padding neither counts nor dilutes.
    """
    keep = torch.arange(target.shape[1], device=target.device) < valid_lens[:, None]  # (B, T)
    losses = F.cross_entropy(scores.transpose(1, 2), target, reduction="none")  # (B, T)
    return torch.where(keep, losses, 0.0).sum() / keep.sum()


class Seq2Seq(Step):
    """batch: (source (B, S), source_lens (B,), target (B, T + 1), target_lens (B,)).

    The target begins with <bos>; target_lens counts the tokens after it. The model reads target[:, :-1], predicts
    target[:, 1:], and the real positions alone reach the loss and the metrics, as scores (N, V) and tokens (N,). So any
    mean loss is the mean over the batch's N real tokens, and any metric of classification is one of tokens.
    """

    def __call__(self, net, batch, loss):
        source, source_lens, target, target_lens = batch
        scores = net(source, source_lens, target[:, :-1])  # (B, T, V)
        target = target[:, 1:]  # (B, T)
        keep = torch.arange(target.shape[1], device=target.device) < target_lens[:, None]  # (B, T)
        scores, target = scores[keep], target[keep]  # (N, V), (N,)
        return StepOutput(mean_loss(loss, scores, target), scores, target, len(target))


seq2seq = Seq2Seq()
