"""Layers in a row that can be cut."""

from collections import OrderedDict

from torch import nn


class Stack(nn.Sequential):
    """An nn.Sequential for models with a constructor of their own: a slice of one is a plain nn.Sequential.

    `net[:3]` holds the very layers of `net`, under their names. (nn.Sequential would hand them to the subclass's
    constructor, which wants widths or classes.)
    """

    def __getitem__(self, index):
        if isinstance(index, slice):
            return nn.Sequential(OrderedDict(list(self._modules.items())[index]))
        return super().__getitem__(index)
