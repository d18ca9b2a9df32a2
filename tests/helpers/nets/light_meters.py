"""A small light meter."""

import torch

from d2lutils.experiments import light_meter
from d2lutils.experiments.light_meter import LightMeter


def small(**options) -> LightMeter:
    torch.manual_seed(0)
    model = LightMeter(hidden=8)
    light_meter.train(model, **{"n": 640, "epochs": 2} | options)
    return model.cpu()
