"""The small, tested machine below the book *Deep Learning, Live*: `import d2lutils as d2l`.

Importing draws no random number, touches no device and opens no socket.
"""

import importlib as _importlib
from types import ModuleType as _ModuleType

from d2lutils.bleu import bleu, course_bleu
from d2lutils.broadcasting import broadcast_shape, contiguous_strides
from d2lutils.calibration import expected_calibration_error, fit_temperature, reliability
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
from d2lutils.data.folds import k_folds
from d2lutils.data.linear import synthetic_data
from d2lutils.data.sequences import RandomLoader, SequentialLoader
from d2lutils.data.translation import build_array, load_data_nmt
from d2lutils.data.vocab import Vocab, tokenize
from d2lutils.devices import by_device, seed_everything, try_all_gpus, try_gpu
from d2lutils.engine import Tape
from d2lutils.layers.attention import (
    AdditiveAttention,
    DotProductAttention,
    MultiHeadAttention,
    causal_mask,
    masked_softmax,
    padding_mask,
)
from d2lutils.layers.batch_norm import BatchNorm
from d2lutils.layers.dropout import Dropout, dropout
from d2lutils.layers.init import kaiming_normal_, kaiming_uniform_, xavier_normal_, xavier_uniform_
from d2lutils.layers.losses import absolute_loss, huber_loss, squared_loss
from d2lutils.layers.positional import PositionalEncoding
from d2lutils.layers.rnn import RNN
from d2lutils.layers.softmax import SoftmaxRegression, cross_entropy, log_sum_exp, softmax
from d2lutils.memory import SavedMemory
from d2lutils.metrics import (
    Accumulator,
    accuracy,
    confusion_matrix,
    perplexity,
    precision_recall_f1,
    roc_auc,
    threshold_counts,
    top_k_accuracy,
    wilson_interval,
)
from d2lutils.models.decoding import beam_search, greedy_search
from d2lutils.models.lenet import LeNet
from d2lutils.models.mlp import MLP
from d2lutils.models.rnn_lm import RNNModel, generate
from d2lutils.models.transformer import (
    AddNorm,
    PositionWiseFFN,
    Transformer,
    TransformerDecoder,
    TransformerEncoder,
    attention_maps,
)
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
from d2lutils.training.early_stopping import EarlyStopping
from d2lutils.training.language import LanguageModelStep, grad_clipping
from d2lutils.training.translation import masked_cross_entropy, seq2seq
from d2lutils.weight_decay import decay_groups, l1_penalty, l2_penalty, soft_threshold

__version__ = "0.1.0"
# the public names are what this file imports from the parts
__all__ = sorted(
    name for name, value in globals().items() if not name.startswith("_") and not isinstance(value, _ModuleType)
)


def __getattr__(name: str):
    """`d2l.explore` and `d2l.check` are loaded when a chapter first asks for them: nothing below needs them."""
    if name in ("check", "explore"):
        return _importlib.import_module(f"d2lutils.{name}")
    raise AttributeError(f"module 'd2lutils' has no attribute {name!r}")
