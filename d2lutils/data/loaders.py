"""Minibatches by indexing whole tensors: no worker processes, and no work for each single example."""

import itertools
import operator

import numpy as np
import torch

from d2lutils.arguments import describe


class TensorLoader:
    """Iterates over minibatches of tensors that share their first dimension.

    tensors      one or more tensors of shape (n, …), n ≥ 1; each batch is a tuple of as many, of shape (B, …)
    batch_size   B, a positive int; the last batch is smaller when B does not divide n
    shuffle      True draws a new order for each pass over the data, False keeps the order of the tensors
    drop_last    leave a smaller last batch out
    transform    None, or a function `transform(*batch)` that returns the batch's tensors as a tuple, each still (B, …):
                 for what would cost too much memory to do once for all, such as uint8 pictures to floats
    generator    a CPU `torch.Generator` for the order; None takes PyTorch's global one

    `len(loader)` is the number of batches. The order is drawn on the CPU with `torch.randperm` when a pass begins, so
    it depends on the generator's state and never on the device. A batch is a copy: changing it leaves the data alone.
    Raises TypeError or ValueError that names the argument.
    """

    def __init__(self, *tensors, batch_size, shuffle=False, drop_last=False, transform=None, generator=None):
        self.tensors = _check_tensors(tensors)
        self.batch_size = check_positive("batch_size", batch_size)
        self.shuffle, self.drop_last = bool(shuffle), bool(drop_last)
        if transform is not None and not callable(transform):
            raise TypeError(f"transform must be a function of a batch's tensors, not {type(transform).__name__}")
        self.transform = transform
        self.generator = check_generator(generator)

    def __len__(self):
        n = len(self.tensors[0])
        return n // self.batch_size if self.drop_last else -(-n // self.batch_size)

    def __repr__(self):
        shapes = ", ".join(f"{tuple(t.shape)} {str(t.dtype).removeprefix('torch.')}" for t in self.tensors)
        return f"TensorLoader({shapes}; batch_size={self.batch_size}, {len(self)} batches)"

    def __iter__(self):
        order = torch.randperm(len(self.tensors[0]), generator=self.generator) if self.shuffle else None
        return self._batches(order)

    def _batches(self, order):
        if order is None:
            pieces = zip(*(tensor.split(self.batch_size) for tensor in self.tensors))
        else:  # on its device and in pieces once a pass, not once a batch
            pieces = zip(*(order.to(tensor.device).split(self.batch_size) for tensor in self.tensors))
        for rows in itertools.islice(pieces, len(self)):
            if order is None:
                batch = tuple(part.clone() for part in rows)
            else:
                # index_select gathers whole rows and is several times faster than tensor[index] on a CPU
                batch = tuple(tensor.index_select(0, part) for tensor, part in zip(self.tensors, rows))
            yield batch if self.transform is None else self._transformed(batch)

    def _transformed(self, batch):
        result, examples = self.transform(*batch), batch[0].shape[0]  # asking for a shape is quicker than for a len()
        if not isinstance(result, (tuple, list)):
            raise _not_tensors(result)
        for tensor in result:
            if not isinstance(tensor, torch.Tensor):
                raise _not_tensors(result)
            if not tensor.ndim or tensor.shape[0] != examples:
                raise ValueError(f"transform must keep the batch's {examples} examples as the first dimension; "
                                 f"it returned a tensor of shape {tuple(tensor.shape)}")
        return tuple(result)

    def to(self, device):
        """A loader whose tensors live on `device`, or this one when they would take more than half of what is free.

        The order of the examples is the same on every device. Training code moves each batch anyway, so a loader that
        stayed where it was is slower, and nothing else.
        """
        device = torch.device(device)
        if all(t.device.type == device.type and device.index in (None, t.device.index) for t in self.tensors):
            return self
        if sum(t.nbytes for t in self.tensors) > _free_bytes(device) / 2:
            return self
        try:
            tensors = [tensor.to(device) for tensor in self.tensors]
        except torch.OutOfMemoryError:
            return self
        return TensorLoader(*tensors, batch_size=self.batch_size, shuffle=self.shuffle, drop_last=self.drop_last,
                            transform=self.transform, generator=self.generator)


def load_array(arrays, batch_size, is_train=True, *, drop_last=False):
    """A `TensorLoader` over arrays that share their first dimension, shuffled when `is_train`.

    arrays     one tensor or numpy array, or a tuple of them (or of lists of numbers), each (n, …)
    drop_last  leave a smaller last batch out: batch normalisation cannot learn from a batch of one example

    Raises TypeError or ValueError that names the argument, for tables, data sets and loaders too.
    """
    if isinstance(arrays, (torch.Tensor, np.ndarray)):
        arrays = (arrays,)
    if not isinstance(arrays, (tuple, list)):
        raise TypeError(f"arrays must be a tensor or a tuple of tensors, such as (X, y), not {describe(arrays)}"
                        f"{_remedy(arrays)}")
    return TensorLoader(*(_as_tensor(array) for array in arrays), batch_size=batch_size, shuffle=is_train,
                        drop_last=drop_last)


def _as_tensor(array):
    if isinstance(array, torch.Tensor):
        return array
    if not isinstance(array, (np.ndarray, list, tuple, range)):
        raise TypeError(f"arrays must hold tensors or numpy arrays, not {describe(array)}{_remedy(array)}")
    try:
        if isinstance(array, np.ndarray):  # PyTorch takes neither negative strides nor another byte order
            array = np.require(array, array.dtype.newbyteorder("="), ["C", "W"])
        return torch.as_tensor(array)
    except (TypeError, ValueError) as error:
        raise TypeError(f"arrays must hold numbers, as many in each row: {error}") from error


def _remedy(value):
    """What to do with what people give in place of tensors; no words where nothing comes to mind."""
    if isinstance(value, torch.utils.data.DataLoader | TensorLoader):
        return ": it is a loader already"
    if isinstance(value, torch.utils.data.Dataset):
        return ": torch.utils.data.DataLoader(dataset, batch_size=…) serves a data set"
    if hasattr(value, "to_numpy"):
        return ": torch.tensor(table.to_numpy(float)) makes one of numbers, TablePreprocessor of words and gaps too"
    return ""


def check_generator(generator):
    """`generator` itself, which must be None or a `torch.Generator` on the CPU; TypeError otherwise."""
    if generator is not None and (not isinstance(generator, torch.Generator) or generator.device.type != "cpu"):
        raise TypeError(f"generator must be a torch.Generator on the CPU, not {generator!r}")
    return generator


def check_positive(name, value):
    """`value` as an int ≥ 1; TypeError or ValueError that names the argument otherwise."""
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise TypeError(f"{name} must be an int, not {describe(value) if hasattr(value, 'shape') else repr(value)}")
    if number < 1:
        raise ValueError(f"{name} must be at least 1, not {number}")
    return number


def _check_tensors(tensors):
    if not tensors:
        raise ValueError("TensorLoader needs at least one tensor")
    for tensor in tensors:
        if not isinstance(tensor, torch.Tensor):
            raise TypeError(f"TensorLoader takes tensors, one argument each, not {describe(tensor)}. load_array takes "
                            "a tuple of them, and numpy arrays")
        if not tensor.dim():
            raise ValueError("TensorLoader takes tensors of shape (n, …), not a single number")
    lengths = [len(tensor) for tensor in tensors]
    if len(set(lengths)) > 1:
        raise ValueError(f"the tensors must have as many rows each; theirs are {lengths}")
    if not lengths[0]:
        raise ValueError("the data set is empty: its tensors have no rows")
    return tuple(tensors)


def _not_tensors(result):
    return TypeError("transform must return a tuple of tensors, one batch; it returned "
                     f"{type(result).__name__}. End it with `return x, y`, or `return x,` for a single one")


def _free_bytes(device):
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    if device.type == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    return float("inf")
