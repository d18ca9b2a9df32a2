"""The small, tested machine below the book *Deep Learning, Live*: `import d2lutils as d2l`.

Importing draws no random number, touches no device and opens no socket.
"""

import importlib

from d2lutils.data import (
    FASHION_LABELS,
    CacheUnwritable,
    CorruptData,
    DataError,
    DownloadFailed,
    TensorLoader,
    fashion_mnist_labels,
    load_array,
    load_data_fashion_mnist,
    load_data_mnist,
    load_house_prices,
    read_fra_eng,
    read_time_machine,
)
from d2lutils.devices import by_device, seed_everything, try_all_gpus, try_gpu
from d2lutils.layers.softmax import SoftmaxRegression, cross_entropy, log_sum_exp, softmax
from d2lutils.metrics import Accumulator, accuracy
from d2lutils.models.lenet import LeNet
from d2lutils.models.mlp import MLP
from d2lutils.optim import SGD
from d2lutils.plots import COLORS, Animator, HistoryPlot, Picture, ProgressBar, plot, show, show_images
from d2lutils.timing import Timer, synchronize
from d2lutils.training import (
    CheckpointError,
    Diverged,
    History,
    Observer,
    StepOutput,
    StopTraining,
    classification,
    evaluate,
    evaluate_accuracy,
    fit,
    mean_loss,
    regression,
)

__version__ = "0.1.0"


def __getattr__(name: str):
    """`d2l.explore` and `d2l.check` are loaded when a chapter first asks for them: nothing below needs them."""
    if name in ("check", "explore"):
        return importlib.import_module(f"d2lutils.{name}")
    raise AttributeError(f"module 'd2lutils' has no attribute {name!r}")
