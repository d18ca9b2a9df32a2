"""What one batch of each task does: Step, and one file a task."""

from d2lutils.training.steps.class_losses import class_settings, counted
from d2lutils.training.steps.classification import Classification, classification
from d2lutils.training.steps.language_model import LanguageModelStep, detached
from d2lutils.training.steps.regression import Regression, regression
from d2lutils.training.steps.seq2seq import Seq2Seq, masked_cross_entropy, seq2seq
from d2lutils.training.steps.step import Step, StepOutput, as_step, mean_loss

__all__ = [
    "Classification", "LanguageModelStep", "Regression", "Seq2Seq", "Step", "StepOutput", "as_step", "class_settings",
    "classification", "counted", "detached", "masked_cross_entropy", "mean_loss", "regression", "seq2seq",
]
