"""One training loop, what a batch of each task does, and the record that a run leaves."""

from d2lutils.training.checkpoint import CheckpointError
from d2lutils.training.divergence import Diverged
from d2lutils.training.early_stopping import EarlyStopping
from d2lutils.training.evaluate import evaluate, evaluate_accuracy
from d2lutils.training.fit import fit
from d2lutils.training.history import History
from d2lutils.training.observer import Observer, StopTraining
from d2lutils.training.steps import (
    LanguageModelStep,
    Step,
    StepOutput,
    classification,
    detached,
    masked_cross_entropy,
    mean_loss,
    regression,
    seq2seq,
)

__all__ = [
    "CheckpointError",
    "Diverged",
    "EarlyStopping",
    "History",
    "LanguageModelStep",
    "Observer",
    "Step",
    "StepOutput",
    "StopTraining",
    "classification",
    "detached",
    "evaluate",
    "evaluate_accuracy",
    "fit",
    "masked_cross_entropy",
    "mean_loss",
    "regression",
    "seq2seq",
]
