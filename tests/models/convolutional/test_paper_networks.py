"""The networks of the papers against torchvision's: parameters, values and gradients; small widths; what is refused."""

import pytest
import torch
import torchvision.models as tv
from torch import nn

import d2lutils as d2l
from d2lutils.models.convolutional.alexnet import ONE_TOWER
from d2lutils.models.convolutional.densenet import COURSE
from d2lutils.models.convolutional.resnet import Bottleneck


def parameters(net) -> int:
    return sum(p.numel() for p in net.parameters())


def five_by_five():
    """torchvision's GoogLeNet with the 5×5 of the paper, where it has 3×3 (pytorch/vision issue 906)."""
    net = tv.googlenet(aux_logits=False, init_weights=False)
    for name, module in net.named_modules():
        if name.endswith("branch3.1"):
            old = module.conv
            module.conv = nn.Conv2d(old.in_channels, old.out_channels, kernel_size=5, padding=2, bias=False)
    net.maxpool4 = nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)  # 2×2 there, 3×3 in the paper
    return net


PAIRS = {  # ours, torchvision's, pixels, parameters
    "alexnet": (lambda: d2l.AlexNet(1000, 3, layers=ONE_TOWER), tv.alexnet, 224, 61_100_840),
    "vgg11": (lambda: d2l.VGG(11, 1000, 3, image_size=224), tv.vgg11, 224, 132_863_336),
    "vgg16_bn": (lambda: d2l.VGG(16, 1000, 3, batch_norm=True), tv.vgg16_bn, 224, 138_365_992),
    "googlenet": (lambda: d2l.GoogLeNet(1000, 3, dropout=0.2, batch_norm=True), five_by_five, 64, 7_005_832),
    "resnet18": (lambda: d2l.ResNet(18, 1000), tv.resnet18, 64, 11_689_512),
    "resnet34": (lambda: d2l.ResNet(34, 1000), tv.resnet34, 64, 21_797_672),
    "resnet50": (lambda: d2l.ResNet(50, 1000), tv.resnet50, 64, 25_557_032),
    "densenet121": (lambda: d2l.DenseNet(121, 1000), tv.densenet121, 64, 7_978_856),
}


@pytest.mark.parametrize("name", PAIRS)
def test_it_has_the_parameters_of_the_paper_in_the_order_of_torchvision(name):
    ours, theirs, _, number = PAIRS[name]
    with torch.device("meta"):
        mine, other = ours(), theirs()
    assert parameters(mine) == parameters(other) == number
    assert sorted(tuple(p.shape) for p in mine.parameters()) == sorted(tuple(p.shape) for p in other.parameters())


def with_same_weights(ours, theirs):
    """Both in float64, ours with theirs' weights: both list them in the same order."""
    ours, theirs = ours.double(), theirs.double()
    values, state = list(theirs.state_dict().values()), ours.state_dict()
    assert [v.shape for v in values] == [v.shape for v in state.values()]
    ours.load_state_dict(dict(zip(state, values)))
    return ours, theirs


@pytest.mark.parametrize("name", ["googlenet", "resnet18", "resnet50", "densenet121"])
def test_values_and_gradients_are_torchvisions(name):
    ours, theirs, side, _ = PAIRS[name]
    torch.manual_seed(0)
    mine, other = with_same_weights(ours(), theirs())
    for net in (mine, other):
        for module in net.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
    x = torch.randn(2, 3, side, side, dtype=torch.float64)
    for train in (True, False):  # batch statistics, then running ones
        outs = [net.train(train)(x) for net in (mine, other)]
        torch.testing.assert_close(*outs)
    wanted = torch.randn(2, 1000, dtype=torch.float64)
    gradients = [torch.autograd.grad((out * wanted).sum(), list(net.parameters()))
                 for out, net in zip(outs, (mine, other))]  # fmt: skip
    for a, b in zip(*gradients):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize("name", ["alexnet", "vgg11"])
def test_the_large_ones_give_torchvisions_values(name):
    """At a sixteenth of the width, with torchvision's features and classifier rebuilt at that width, layer by layer."""
    if name == "alexnet":
        ours = d2l.AlexNet(7, 3, width=1 / 16, layers=ONE_TOWER)
        theirs = tv.AlexNet(7)
    else:
        ours, theirs = d2l.VGG(11, 7, 3, width=1 / 16, image_size=64), tv.vgg11(num_classes=7)
        theirs.avgpool = nn.Identity()
    narrow = [layer for layer in ours if isinstance(layer, (nn.Conv2d, nn.Linear))]
    wide = [(block, i) for block in (theirs.features, theirs.classifier) for i, layer in enumerate(block)
            if isinstance(layer, (nn.Conv2d, nn.Linear))]  # fmt: skip
    assert len(narrow) == len(wide)
    for layer, (block, i) in zip(narrow, wide):
        if isinstance(layer, nn.Conv2d):
            assert (layer.kernel_size, layer.stride, layer.padding) == (
                block[i].kernel_size, block[i].stride, block[i].padding)
        block[i] = layer  # the very same weights
    ours, theirs = ours.double().eval(), theirs.double().eval()
    side = 224 if name == "alexnet" else 64
    x = torch.randn(1, 3, side, side, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(ours(x), theirs(x))


SMALL = {
    "AlexNet": lambda width: d2l.AlexNet(width=width, image_size=80),
    "VGG": lambda width: d2l.VGG(width=width, image_size=32),
    "NiN": lambda width: d2l.NiN(width=width),
    "GoogLeNet": lambda width: d2l.GoogLeNet(width=width),
    "ResNet": lambda width: d2l.ResNet(in_channels=1, width=width),
    "ResNet50": lambda width: d2l.ResNet(50, in_channels=1, width=width),
    "DenseNet": lambda width: d2l.DenseNet(COURSE, in_channels=1, width=width, bottleneck=0),
}


@pytest.mark.parametrize("name", SMALL)
def test_a_narrow_one_learns_a_batch(name):
    torch.manual_seed(0)
    net = SMALL[name](1 / 8)
    side = {"AlexNet": 80, "VGG": 32, "NiN": 68}.get(name, 64)
    x = torch.randn(8, 1, side, side)
    out = net(x)
    assert out.shape == (8, 10)
    nn.functional.cross_entropy(out, torch.arange(8)).backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in net.parameters())


@pytest.mark.parametrize("name", SMALL)
def test_a_width_that_leaves_no_channel_is_refused(name):
    with pytest.raises(ValueError, match="leaves no channel"):
        SMALL[name](1 / 1000)


def test_the_numbers_of_the_course():
    assert parameters(d2l.AlexNet()) == 46_764_746 and parameters(d2l.NiN()) == 1_992_166
    assert parameters(d2l.resnet18()) == parameters(tv.resnet18(num_classes=10)) - 2 * 64 * 49
    block = d2l.DenseBlock(2, 3, 10)
    assert block(torch.zeros(4, 3, 8, 8)).shape == (4, 23, 8, 8)
    net, x, shapes = d2l.DenseNet(COURSE, in_channels=1, bottleneck=0), torch.zeros(1, 1, 96, 96), []
    for layer in net:
        x = layer(x)
        shapes.append(tuple(x.shape[1:]))
    assert (64, 24, 24) in shapes and (192, 24, 24) in shapes and (96, 12, 12) in shapes and (248, 3, 3) in shapes


def test_recomputing_changes_nothing_but_memory():
    torch.manual_seed(0)
    plain = d2l.DenseBlock(3, 4, 5, bottleneck=2).double()
    again = d2l.DenseBlock(3, 4, 5, bottleneck=2, recompute=True).double()
    again.load_state_dict(plain.state_dict())
    kept, found = [], []
    for block in (plain, again):
        x = torch.randn(2, 4, 6, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(1)).requires_grad_()
        with d2l.SavedMemory() as memory:
            out = block(x)
        kept.append(memory.peak)
        found.append((out, *torch.autograd.grad(out.square().sum(), [x, *block.parameters()])))
    for a, b in zip(*found):
        torch.testing.assert_close(a, b)
    assert kept[1] < kept[0]


def test_a_block_that_starts_at_zero_is_its_shortcut():
    torch.manual_seed(0)
    net = d2l.ResNet(18, width=1 / 8, zero_init=True)
    x = torch.rand(2, 8, 5, 5)
    torch.testing.assert_close(net[4](x), x)
    plain = d2l.ResNet(18, width=1 / 8, shortcut=False)
    assert parameters(plain) < parameters(net) and plain(torch.zeros(2, 3, 32, 32)).shape == (2, 10)


@pytest.mark.parametrize(("make", "said"), [
    (lambda: d2l.VGG(12), "11, 13, 16, 19 layers"), (lambda: d2l.ResNet(20), "depth is 18, 34"),
    (lambda: d2l.ResNet(("wide", (1, 1, 1, 1))), "basic or bottleneck"), (lambda: d2l.DenseNet(100), "121, 169, 201"),
    (lambda: d2l.Residual(4, 8), "use_1x1conv=True"), (lambda: Bottleneck(4, 4), "4 channels cannot be added to 16"),
    (lambda: d2l.AlexNet(image_size=50), "50×50 are too small for this network.*65×65 is the smallest"),
    (lambda: d2l.VGG(image_size=31), "31×31 are too small.*32×32 is the smallest"),
])  # fmt: skip
def test_what_cannot_be_built_is_refused_in_words(make, said):
    with pytest.raises(ValueError, match=said):
        make()
