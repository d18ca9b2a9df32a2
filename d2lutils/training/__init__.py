"""One training loop, what a batch of each task does, and the record that a run leaves."""

from d2lutils.training.checkpoint import CheckpointError
from d2lutils.training.early_stopping import EarlyStopping
from d2lutils.training.fit import evaluate, evaluate_accuracy, fit
from d2lutils.training.history import History, Observer, StopTraining
from d2lutils.training.language import LanguageModelStep, detached
from d2lutils.training.recorder import Diverged
from d2lutils.training.steps import StepOutput, classification, mean_loss, regression
from d2lutils.training.translation import masked_cross_entropy, seq2seq

__all__ = [
    "CheckpointError",
    "Diverged",
    "EarlyStopping",
    "History",
    "LanguageModelStep",
    "Observer",
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
