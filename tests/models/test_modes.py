"""Reading a net out, and the modes of its modules before and after."""

import pytest
import torch
from torch import nn

import d2lutils as d2l
from d2lutils.models import attention_maps, evaluating


def frozen(net):
    """`net` in training mode, but for one module."""
    net.train()
    next(module for module in net.modules() if isinstance(module, (nn.Dropout, nn.Linear))).eval()
    return net, [module.training for module in net.modules()]


def test_each_module_comes_back_to_its_own_mode_after_an_error_too():
    net, modes = frozen(d2l.MLP(3, 4, 2, dropout=0.5))
    with evaluating(net):
        assert not any(module.training for module in net.modules())
    assert [module.training for module in net.modules()] == modes
    with pytest.raises(KeyError), evaluating(net):
        raise KeyError
    assert [module.training for module in net.modules()] == modes and True in modes and False in modes


def test_decoding_writing_and_looking_leave_the_modes():
    net, modes = frozen(d2l.Transformer(7, 7, width=4, hidden=4, num_heads=2, num_layers=1))
    first = net.encoder.blocks[0].attention
    first.by_hand = True
    source, lens = torch.tensor([[3, 4, 5]]), torch.tensor([3])
    d2l.greedy_search(net, source, lens, bos=1, eos=2, max_steps=2)
    d2l.beam_search(net, source[0], bos=1, eos=2, max_steps=2)
    attention_maps(net, source, lens, torch.tensor([[1, 3]]))
    assert [module.training for module in net.modules()] == modes
    assert first.by_hand and not net.decoder.blocks[0].self_attention.by_hand
    writer, modes = frozen(d2l.RNNModel(d2l.RNN(4, 3), 4))
    d2l.generate(writer, "ab", 3, d2l.Vocab("abc"))
    assert [module.training for module in writer.modules()] == modes
