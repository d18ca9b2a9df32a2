"""A small program around a model: train it, predict with it, serve it.

    python -m d2lutils.experiments.light_meter train   --model meter.pt
    python -m d2lutils.experiments.light_meter predict --model meter.pt --count 5
    python -m d2lutils.experiments.light_meter serve   --model meter.pt --port 8000

The task is made so that everybody can check an answer: 784 numbers between 0 and 1, a picture of 28 × 28 grey values,
are *low*, *middle* or *high* by their sum. The limits cut the sums of uniform numbers into thirds, nearly.
"""

import argparse
import contextlib
import json
import os
import socket
import socketserver
import threading
import zipfile
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import torch
from torch import nn

from d2lutils.data import TensorLoader
from d2lutils.machine import seed_everything
from d2lutils.models import MLP
from d2lutils.training import History, fit

PIXELS = 784
LABELS = ("low", "middle", "high")
LIMITS = (388.5, 395.5)  # 784 uniform numbers sum to 392 ± 8.08
FORMAT = 1
MOST_BYTES = 4_000_000  # of one request
SECONDS = 10  # for it to arrive


class ModelFileError(RuntimeError):
    """A file that is no model of this program. The message names the file and what to do."""


def pictures(n: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """`n` pictures of uniform grey values x (n, 784) in [0, 1), and their classes y (n,) by the sum."""
    x = torch.rand(n, PIXELS, generator=torch.Generator().manual_seed(seed))
    return x, torch.bucketize(x.sum(dim=1), torch.tensor(LIMITS))


class LightMeter(nn.Module):
    """Scores (B, 3) of the classes from raw pictures (B, 784): standardised, then one hidden layer.

    The mean and the scale of the training pictures are buffers: not trained, and saved with the weights.
    """

    def __init__(self, hidden: int = 64, dropout: float = 0.2):
        super().__init__()
        self.config = {"hidden": hidden, "dropout": dropout}
        self.register_buffer("mean", torch.tensor(0.0))
        self.register_buffer("scale", torch.tensor(1.0))
        self.net = MLP(PIXELS, hidden, len(LABELS), dropout=dropout)

    def forward(self, x):
        return self.net((x - self.mean) / self.scale)


def train(model: LightMeter, n: int = 20_000, epochs: int = 5, seed: int = 0, checkpoint=None, plot=False) -> History:
    """Fit `model` to `n` pictures, with 2,000 others to test it on. With `checkpoint`, a path, the run can be resumed.

    Standardisation is learnt from the training pictures first. The model's weights are taken as they are.
    """
    x, y = pictures(n, seed)
    model.mean.copy_(x.mean())
    model.scale.copy_(x.std())
    seed_everything(seed)
    return fit(
        model,
        TensorLoader(x, y, batch_size=128, shuffle=True),
        TensorLoader(*pictures(2000, seed + 1), batch_size=1000),
        loss=nn.CrossEntropyLoss(), epochs=epochs, checkpoint=checkpoint, plot=plot,
        optimizer=lambda p: torch.optim.AdamW(p, 1e-3, weight_decay=0.1),
    )  # fmt: skip


def save_model(model: LightMeter, path) -> None:
    """Write the model to `path`, whole or not at all: weights, buffers, what builds it, and the version of PyTorch."""
    path = Path(path)
    part = path.with_name(path.name + ".part")
    contents = {"format": FORMAT, "torch": str(torch.__version__),
                "config": model.config, "labels": list(LABELS),
                "state": model.state_dict()}  # fmt: skip
    try:
        torch.save(contents, part)
        os.replace(part, path)  # in one step: the old file or the new one
    finally:
        part.unlink(missing_ok=True)


def load_model(path) -> LightMeter:
    """The model of a file that `save_model` wrote, on the CPU and in evaluation mode.

    Raises ModelFileError for a file that cannot be read, was damaged after it was written, or is of another format.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if damaged := archive.testzip():
                raise ValueError(f"{damaged} does not have its checksum")
        contents = torch.load(path, map_location="cpu", weights_only=True)
        if not isinstance(contents, dict) or contents.get("format") != FORMAT:
            raise ValueError(f"it is no model of format {FORMAT}: train one")
    except Exception as error:  # a damaged file may raise anything
        raise ModelFileError(f"{path} cannot be read: {error}") from error
    try:
        model = LightMeter(**contents["config"])
        model.load_state_dict(contents["state"])
    except Exception as error:
        raise ModelFileError(f"{path} does not fit: {error}") from error
    return model.eval()


def predict(model: LightMeter, x: torch.Tensor) -> torch.Tensor:
    """Probabilities (n, 3) of the classes of raw pictures x (n, 784). The mode of `model` is as before afterwards.

    Raises ValueError for anything but finite numbers between 0 and 1, since the model would answer all the same.
    """
    if x.ndim != 2 or x.shape[1] != PIXELS:
        raise ValueError(f"pictures have the shape (n, {PIXELS}), not {tuple(x.shape)}")
    wrong = ~((x >= 0) & (x <= 1)).all(dim=1)
    if wrong.any():
        i = int(wrong.nonzero()[0])
        raise ValueError(
            f"picture {i} goes from {x[i].min():g} to {x[i].max():g}; grey "
            "values lie between 0 and 1. Divide bytes by 255, and do not standardise"
        )
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        probabilities = model(x.to(model.mean.device)).softmax(dim=1).cpu()
    model.train(was_training)
    return probabilities


def describe(x: torch.Tensor, probabilities: torch.Tensor) -> list[dict]:
    """For each picture what went in (sum, mean, darkest, brightest) and what came out (says, probability)."""
    sure, best = probabilities.max(dim=1)
    return [
        {"sum": round(v.sum().item(), 2), "mean": round(v.mean().item(), 4),
         "darkest": round(v.min().item(), 3), "brightest": round(v.max().item(), 3),
         "says": LABELS[k], "probability": round(p.item(), 3)}
        for v, k, p in zip(x, best.tolist(), sure)
    ]  # fmt: skip


def make_server(model: LightMeter, port: int = 0) -> socketserver.TCPServer:
    """A server on 127.0.0.1, not started yet; with port 0 the system chooses one (`server_address[1]`).

    It answers POST requests whose body is {"pictures": [[784 numbers], …]} with {"predictions": [{…}, …]}, and any
    other body with a status of 400 or above and {"error": "…"}. One request after the other: each has SECONDS to
    arrive. Only programs of this machine reach it.
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS  # of one read or write

        def handle(self):
            # the time-out of a socket begins anew with every byte
            alarm = threading.Timer(SECONDS, self.end, [socket.SHUT_RD])
            alarm.start()
            try:
                super().handle()
                self.end(socket.SHUT_WR)
                # a connection closed on unread bytes loses the answer
                with contextlib.suppress(OSError):
                    while self.rfile.read1(65536):
                        pass
            finally:
                alarm.cancel()

        def end(self, direction):
            with contextlib.suppress(OSError):  # the other side has gone
                self.connection.shutdown(direction)

        def do_POST(self):
            try:
                length = int(self.headers.get("Content-Length", 0))
                if not 0 < length <= MOST_BYTES:
                    return self.answer(413, error=f"a body of {length} bytes; 1 to {MOST_BYTES} are read")
                body = self.rfile.read(length)
                if len(body) < length:
                    return self.answer(408, error=f"{len(body)} of {length} bytes came in {SECONDS} s")
                body = json.loads(body)
                x = torch.tensor(body["pictures"], dtype=torch.float32)
                answers = describe(x, predict(model, x))
            except (ValueError, KeyError, TypeError, OverflowError,
                    RuntimeError) as error:
                kind = type(error).__name__
                return self.answer(400, error=f"{kind}: {error}")
            return self.answer(200, predictions=answers)

        def answer(self, status, **contents):
            body = json.dumps(contents).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    class Server(socketserver.TCPServer):
        allow_reuse_address = True

    return Server(("127.0.0.1", port), Handler)


def print_predictions(model: LightMeter, x: torch.Tensor, truth=None) -> None:
    """A line for each picture: its sum and mean, what the model says and how surely, and the truth if it is known."""
    print(f"{'picture':>7} {'sum':>8} {'mean':>7}  {'says':7} {'p':>5}" + ("" if truth is None else "  truth"))
    for i, row in enumerate(describe(x, predict(model, x))):
        known = "" if truth is None else f"  {LABELS[truth[i]]}"
        print(f"{i:7} {row['sum']:8.2f} {row['mean']:7.4f}  {row['says']:7} {row['probability']:5.2f}{known}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="light_meter", description=(__doc__ or "").split("\n")[0])
    modes = parser.add_subparsers(dest="mode", required=True)
    training = modes.add_parser("train", help="train a model and save it")
    training.add_argument("--epochs", type=int, default=5)
    training.add_argument("--pictures", type=int, default=20_000)
    training.add_argument("--hidden", type=int, default=64)
    training.add_argument("--seed", type=int, default=0)
    training.add_argument("--checkpoint", help="written after each epoch; continued from if it is there")
    predicting = modes.add_parser("predict", help="predict pictures and print them with the answers")
    predicting.add_argument("--count", type=int, default=5, help="how many new pictures")
    predicting.add_argument("--seed", type=int, default=2)
    serving = modes.add_parser("serve", help="answer requests on 127.0.0.1 until Ctrl-C")
    serving.add_argument("--port", type=int, default=8000)
    for mode in (training, predicting, serving):
        mode.add_argument("--model", required=True, help="the file of the model")
    options = parser.parse_args(arguments)

    if options.mode == "train":
        if not Path(options.model).absolute().parent.is_dir():
            parser.error(f"--model {options.model}: there is no such folder")
        seed_everything(options.seed)
        model = LightMeter(options.hidden)
        history = train(model, options.pictures, options.epochs, options.seed, options.checkpoint)
        if history.stopped:  # by Ctrl-C
            parser.exit(130, "stopped before its end: no model was saved\n")
        save_model(model, options.model)
        print(f"test accuracy {history.last('test accuracy'):.3f}, saved as {Path(options.model).name}")
        return 0
    try:
        model = load_model(options.model)
    except ModelFileError as error:
        parser.exit(1, f"{error}\n")
    if options.mode == "predict":
        x, y = pictures(options.count, options.seed)
        print_predictions(model, x, y)
        return 0
    with make_server(model, options.port) as server:
        print(f"http://127.0.0.1:{server.server_address[1]} answers; Ctrl-C ends it", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    raise SystemExit(main())
