"""Numbers that say how well a model does: of a classifier, of its probabilities, of a translation."""

from d2lutils.metrics.accumulator import Accumulator
from d2lutils.metrics.calibration import (
    Reliability,
    check_temperature,
    expected_calibration_error,
    fit_temperature,
    reliability,
)
from d2lutils.metrics.classification import (
    PrecisionRecallF1,
    accuracy,
    confusion_matrix,
    precision_recall_f1,
    ratio,
    top_k_accuracy,
    wilson_interval,
)
from d2lutils.metrics.targets import classes_of, whole_numbers
from d2lutils.metrics.text import bleu, course_bleu, perplexity
from d2lutils.metrics.thresholds import ThresholdCounts, roc_auc, threshold_counts

__all__ = [
    "Accumulator", "PrecisionRecallF1", "Reliability", "ThresholdCounts", "accuracy", "bleu", "check_temperature",
    "classes_of", "confusion_matrix", "course_bleu", "expected_calibration_error", "fit_temperature", "perplexity",
    "precision_recall_f1", "ratio", "reliability", "roc_auc", "threshold_counts", "top_k_accuracy", "whole_numbers",
    "wilson_interval",
]
