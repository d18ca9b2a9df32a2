"""What serves here for a name that students know from the *Dive into Deep Learning* course, and that d2lutils lacks.

`d2l.train_ch3` answers with the sentence that stands here beside `train_ch3`.
"""

_FIT = "training is d2l.fit(net, train, test, loss=…, optimizer=…, epochs=…), whatever the task"
_EPOCH = f"{_FIT}; for one epoch, epochs=1"
_LANGUAGE = "language models train by d2l.fit(…, step=d2l.LanguageModelStep())"
_PLT = "put `import matplotlib.pyplot as plt` into a cell"
_SIZE = "give figsize=(width, height), in inches, to d2l.plot or d2l.Animator"
_DATA = "each data set has a function, such as d2l.load_data_fashion_mnist, d2l.load_house_prices or d2l.read_fra_eng"
_TORCH = "that is a function of PyTorch: torch."

ELSEWHERE = {
    "DATA_HUB": _DATA,
    "DATA_URL": _DATA,
    "RNNModelScratch": "the recurrent layer written out is d2l.RNN, a language model around it d2l.RNNModel",
    "argmax": _TORCH + "argmax",
    "concat": _TORCH + "cat",
    "download": _DATA,
    "download_all": _DATA,
    "download_extract": _DATA,
    "evaluate_accuracy_gpu": "d2l.evaluate_accuracy(net, data) finds the device by itself",
    "evaluate_loss": 'd2l.evaluate(net, data, loss=loss)["loss"] is the mean loss',
    "get_dataloader_workers": "the book's data sets are one tensor in memory and need no workers",
    "get_fashion_mnist_labels": "d2l.fashion_mnist_labels(labels) gives their names",
    "linreg": "linear regression is X @ w + b, or torch.nn.Linear",
    "matmul": _TORCH + "matmul",
    "plt": _PLT,
    "predict_ch3": "d2l.show_images(images, titles=d2l.fashion_mnist_labels(net(images).argmax(1)))",
    "predict_ch8": "a language model goes on with a text by d2l.generate",
    "predict_seq2seq": "a sentence is translated by d2l.greedy_search or d2l.beam_search",
    "reduce_mean": _TORCH + "mean",
    "reduce_sum": _TORCH + "sum",
    "seq_data_iter_random": "d2l.RandomLoader gives such batches",
    "seq_data_iter_sequential": "d2l.SequentialLoader gives such batches",
    "sequence_mask": "d2l.padding_mask says which places hold tokens",
    "set_axes": "labels, limits and scales are arguments of d2l.plot and d2l.Animator",
    "set_figsize": _SIZE,
    "sgd": "stochastic gradient descent is d2l.SGD(parameters, lr), or torch.optim.SGD",
    "train_ch11": _FIT,
    "train_ch13": _FIT,
    "train_ch3": _FIT,
    "train_ch6": _FIT,
    "train_ch8": _LANGUAGE,
    "train_concise_ch11": _FIT,
    "train_epoch_ch3": _EPOCH,
    "train_epoch_ch8": _LANGUAGE,
    "train_seq2seq": "translation trains by d2l.fit(…, step=d2l.seq2seq)",
    "use_svg_display": "figures are shown sharp as they are; for those of pyplot: %config InlineBackend.figure_format",
}
