"""The small, tested machine below the book *Deep Learning, Live*: `import d2lutils as d2l`.

Importing draws no random number, touches no device and opens no socket.
"""

import importlib as _importlib
import sys as _sys
from types import ModuleType as _ModuleType

from d2lutils.data import (
    FASHION_LABELS,
    PATCH_LABELS,
    CacheUnwritable,
    CorruptData,
    DataError,
    DownloadFailed,
    RandomLoader,
    SequentialLoader,
    TensorLoader,
    Vocab,
    build_array,
    fashion_mnist_labels,
    k_folds,
    load_array,
    load_data_fashion_mnist,
    load_data_mnist,
    load_data_nmt,
    load_data_patches,
    load_data_time_machine,
    load_house_prices,
    photographs,
    read_fra_eng,
    read_time_machine,
    synthetic_data,
    tokenize,
)
from d2lutils.foundations import (
    Tape,
    broadcast_shape,
    contiguous_strides,
)
from d2lutils.layers import (
    RNN,
    AdditiveAttention,
    BatchNorm,
    DotProductAttention,
    Dropout,
    MultiHeadAttention,
    PositionalEncoding,
    absolute_loss,
    causal_mask,
    conv2d,
    convolution_matrix,
    corr2d,
    corr2d_multi_in,
    corr2d_multi_in_out,
    cross_entropy,
    dropout,
    huber_loss,
    kaiming_normal_,
    kaiming_uniform_,
    log_sum_exp,
    masked_softmax,
    output_size,
    padding_mask,
    receptive_field,
    softmax,
    squared_loss,
    xavier_normal_,
    xavier_uniform_,
)
from d2lutils.machine import (
    SavedMemory,
    Timer,
    by_device,
    seed_everything,
    synchronize,
    try_all_gpus,
    try_gpu,
)
from d2lutils.metrics import (
    Accumulator,
    accuracy,
    bleu,
    confusion_matrix,
    course_bleu,
    expected_calibration_error,
    fit_temperature,
    perplexity,
    precision_recall_f1,
    reliability,
    roc_auc,
    threshold_counts,
    top_k_accuracy,
    wilson_interval,
)
from d2lutils.models import (
    MLP,
    VGG,
    AddNorm,
    AlexNet,
    DenseBlock,
    DenseNet,
    GoogLeNet,
    Inception,
    LeNet,
    NiN,
    PositionWiseFFN,
    Residual,
    ResNet,
    RNNModel,
    SoftmaxRegression,
    Transformer,
    TransformerDecoder,
    TransformerEncoder,
    attention_maps,
    beam_search,
    generate,
    greedy_search,
    layer_table,
    nin_block,
    pretrained,
    resnet18,
    vgg_block,
)
from d2lutils.optim import (
    SGD,
    decay_groups,
    grad_clipping,
    l1_penalty,
    l2_penalty,
    soft_threshold,
)
from d2lutils.plots import (
    COLORS,
    Animator,
    HistoryPlot,
    Picture,
    ProgressBar,
    plot,
    show,
    show_images,
    table,
)
from d2lutils.training import (
    CheckpointError,
    Diverged,
    EarlyStopping,
    History,
    LanguageModelStep,
    Observer,
    Step,
    StepOutput,
    StopTraining,
    classification,
    evaluate,
    evaluate_accuracy,
    fit,
    masked_cross_entropy,
    mean_loss,
    regression,
    seq2seq,
)

__version__ = "0.1.0"
# the public names are what this file imports from the parts
__all__ = sorted(
    name for name, value in globals().items() if not name.startswith("_") and not isinstance(value, _ModuleType)
)

_LATER = ("check", "explore")


def __getattr__(name: str):
    """`d2l.explore` and `d2l.check` are loaded when a chapter first asks for them: nothing below needs them."""
    if name in _LATER:
        return _importlib.import_module(f"d2lutils.{name}")
    from d2lutils.elsewhere import ELSEWHERE

    hint = f": {ELSEWHERE[name]}" if name in ELSEWHERE else ""
    raise AttributeError(f"d2lutils has no {name!r}{hint}", name=name, obj=_sys.modules[__name__])


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
