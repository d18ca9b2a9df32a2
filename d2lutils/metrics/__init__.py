"""Numbers that say how well a model does."""

from d2lutils.metrics.accumulator import Accumulator
from d2lutils.metrics.calibration import Reliability, expected_calibration_error, fit_temperature, reliability
from d2lutils.metrics.classification import (
    PrecisionRecallF1,
    ThresholdCounts,
    accuracy,
    confusion_matrix,
    precision_recall_f1,
    ratio,
    roc_auc,
    threshold_counts,
    top_k_accuracy,
    wilson_interval,
)
from d2lutils.metrics.text import bleu, course_bleu, perplexity

__all__ = [
    "Accumulator", "PrecisionRecallF1", "Reliability", "ThresholdCounts", "accuracy", "bleu", "confusion_matrix",
    "course_bleu", "expected_calibration_error", "fit_temperature", "perplexity", "precision_recall_f1", "ratio",
    "reliability", "roc_auc", "threshold_counts", "top_k_accuracy", "wilson_interval",
]
