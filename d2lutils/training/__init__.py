"""One training loop, what a batch of each task does, and the record that a run leaves."""

from d2lutils.training.checkpoint import CheckpointError
from d2lutils.training.fit import evaluate, evaluate_accuracy, fit
from d2lutils.training.history import History, Observer, StopTraining
from d2lutils.training.recorder import Diverged
from d2lutils.training.steps import StepOutput, classification, mean_loss, regression

__all__ = [
    "CheckpointError",
    "Diverged",
    "History",
    "Observer",
    "StepOutput",
    "StopTraining",
    "classification",
    "evaluate",
    "evaluate_accuracy",
    "fit",
    "mean_loss",
    "regression",
]
