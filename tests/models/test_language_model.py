"""The language model, its training step, perplexity, clipping, and text written with it."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from d2lutils.data.text.sequences import RandomLoader, SequentialLoader
from d2lutils.data.text.vocab import Vocab
from d2lutils.layers.rnn import RNN
from d2lutils.metrics.text import perplexity
from d2lutils.models.sequence.language_model import RNNModel, generate, next_token_probabilities
from d2lutils.optim.clipping import grad_clipping
from d2lutils.training import evaluate, fit
from d2lutils.training.language import LanguageModelStep, detached

close = torch.testing.assert_close
loss = nn.functional.cross_entropy


def model(vocab_size=5, hidden=8, layers=1, embed=False, seed=0):
    torch.manual_seed(seed)
    return RNNModel(RNN(4 if embed else vocab_size, hidden, layers), vocab_size, embed)


def sgd(lr):
    return lambda parameters: torch.optim.SGD(parameters, lr=lr)


# --- the model ----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("layer", [RNN, nn.RNN, nn.GRU, nn.LSTM])
@pytest.mark.parametrize("embed", [False, True])
def test_any_recurrent_layer_fits(layer, embed):
    net = RNNModel(layer(5, 7, 2), 5, embed).double()
    tokens = torch.randint(5, (3, 6))
    logits, state = net(tokens)
    assert logits.shape == (3, 6, 5)
    first, state = net(tokens[:, :2])
    second, _ = net(tokens[:, 2:], state)
    close(torch.cat([first, second], dim=1), logits)  # carried on, the state holds all that came before


def test_one_hot_vectors_pick_columns_as_an_embedding_does():
    net = model()
    tokens = torch.tensor([[0, 3, 4]])
    close(net.inputs(tokens) @ net.rnn.weight_ih_l0.T, net.rnn.weight_ih_l0.T[tokens])


def test_rows_of_a_batch_do_not_mix():
    net = model().double()
    tokens = torch.randint(5, (4, 6))
    whole, _ = net(tokens)
    for row in range(4):
        close(net(tokens[row : row + 1])[0][0], whole[row])


def test_the_future_is_not_seen():
    net = model().double()
    tokens = torch.randint(5, (2, 6))
    other = tokens.clone()
    other[:, 4:] = (other[:, 4:] + 1) % 5
    close(net(tokens)[0][:, :4], net(other)[0][:, :4], rtol=0, atol=0)


@pytest.mark.parametrize("layer", [RNN, nn.RNN, nn.LSTM])
def test_a_state_of_another_batch_size_or_depth(layer):
    net = RNNModel(layer(5, 7, 2), 5)
    _, state = net(torch.zeros(3, 4, dtype=torch.long))
    with pytest.raises(ValueError, match=r"shape \(2, 3, 7\).*a batch of 2 and 7 units need \(2, 2, 7\)"):
        net(torch.zeros(2, 4, dtype=torch.long), state)
    shallow = RNNModel(layer(5, 7, 1), 5)
    with pytest.raises(ValueError, match=r"1 layer\(s\)"):
        shallow(torch.zeros(3, 4, dtype=torch.long), state)


def test_a_layer_of_another_input_size():
    with pytest.raises(ValueError, match="input_size must be 9, the vocab_size, not 5"):
        RNNModel(RNN(5, 8), 9)


# --- the step -----------------------------------------------------------------------------------------------------

def text(n=400):
    return torch.arange(n) % 5  # 0 1 2 3 4 0 1 …: the next token follows from the last


def test_the_step_carries_a_detached_state_and_start_drops_it():
    net, step = model(), LanguageModelStep()
    X = torch.randint(5, (2, 6))
    step.start(True)
    first = step(net, (X[:, :3], X[:, 1:4]), loss)
    assert not step.state.requires_grad and step.state.shape == (1, 2, 8)
    second = step(net, (X[:, 3:5], X[:, 4:]), loss)
    whole, _ = net(X)
    close(second.output, whole[:, 3:5].flatten(0, 1))
    first.loss.backward()
    second.loss.backward()  # would fail if the second batch reached back into the first
    step.start(True)
    assert step.state is None


def test_without_carry_every_batch_begins_anew():
    net, step = model(), LanguageModelStep(carry=False)
    X = torch.randint(5, (2, 6))
    outputs = [step(net, (X[:, :5], X[:, 1:]), loss).output for _ in range(2)]
    close(outputs[0], outputs[1])
    # so batches of different sizes may follow each other
    step(net, (X[:1, :5], X[:1, 1:]), loss)


def test_counts_are_tokens_and_the_loss_is_their_mean():
    net, step = model(), LanguageModelStep()
    X = torch.randint(5, (2, 7))
    out = step(net, (X[:, :-1], X[:, 1:]), loss)
    logits, _ = net(X[:, :-1])
    assert out.count == 12
    close(out.loss, loss(logits.reshape(-1, 5), X[:, 1:].reshape(-1)))


def test_detached_keeps_values_and_the_form_of_an_lstm_state():
    h = torch.randn(3, requires_grad=True) * 2
    assert detached(None) is None
    a, (b,) = detached((h, (h,)))
    assert torch.equal(a, h) and not a.requires_grad and not b.requires_grad


def test_batches_of_the_history_are_passed_in_order_and_state_dropped_at_each_pass():
    seen = []

    class Watched(LanguageModelStep):
        def __call__(self, net, batch, loss):
            seen.append((self.state is None, net.training))
            return super().__call__(net, batch, loss)

    train, test = SequentialLoader(text(200), 4, 8), SequentialLoader(text(60), 2, 8, shift=False)
    fit(model(), train, test, loss=loss, optimizer=sgd(0.1), epochs=2, step=Watched(), plot=False)
    per_epoch = [(k == 0, True) for k in range(len(train))] + [(k == 0, False) for k in range(len(test))]
    assert seen == per_epoch * 2


# --- perplexity ---------------------------------------------------------------------------------------------------

def test_perplexity_of_a_uniform_guess_is_the_vocabulary():
    assert perplexity(loss(torch.zeros(7, 28), torch.zeros(7, dtype=torch.long))) == pytest.approx(28)
    assert perplexity(0.0) == 1
    assert perplexity(1e4) == math.inf


def test_the_history_has_the_perplexity_of_all_tokens_not_the_mean_of_batches():
    torch.manual_seed(1)
    corpus = torch.randint(5, (101,))
    net, data = model(), SequentialLoader(corpus, 1, 30, shift=False)  # batches of 30, 30, 30 and 10 tokens
    history = fit(net, data, data, loss=loss, optimizer=sgd(1e-12), epochs=1, step=LanguageModelStep(), plot=False)
    logits, _ = net(corpus[None, :-1])
    exact = math.exp(loss(logits[0], corpus[1:]).item())
    for value in (
        history.last("train perplexity"),
        history.last("test perplexity"),
        evaluate(net, data, loss=loss, step=LanguageModelStep())["perplexity"],
    ):
        assert value == pytest.approx(exact, rel=1e-5)
    assert history.examples == 100
    for column in ("train", "test"):
        assert history[f"{column} perplexity"] == pytest.approx([math.exp(v) for v in history[f"{column} loss"]])
    assert len(history.steps["train perplexity"]) == len(history.steps["train loss"])


# --- gradient clipping --------------------------------------------------------------------------------------------

@settings(deadline=None, max_examples=30)
@given(st.floats(0.01, 100), st.integers(0, 99))
def test_clipping_equals_torch_and_keeps_the_direction(theta, seed):
    torch.manual_seed(seed)
    net, other = nn.Linear(4, 3).double(), nn.Linear(4, 3).double()
    for p, q in zip(net.parameters(), other.parameters()):
        p.grad = torch.randn_like(p) * 5
        q.grad = p.grad.clone()
    before = torch.cat([p.grad.flatten() for p in net.parameters()])
    norm, expected = grad_clipping(net, theta), nn.utils.clip_grad_norm_(other.parameters(), theta)
    after = torch.cat([p.grad.flatten() for p in net.parameters()])
    close(norm, expected)
    close(after, torch.cat([q.grad.flatten() for q in other.parameters()]), rtol=1e-3, atol=1e-6)
    close(torch.cosine_similarity(before, after, dim=0), torch.tensor(1.0).double())
    assert after.norm() <= theta * (1 + 1e-12) or torch.equal(before, after)
    if norm <= theta:
        assert torch.equal(before, after)


def test_clipping_passes_over_parameters_without_a_gradient():
    net = nn.Linear(2, 2)
    net.weight.grad = torch.full((2, 2), 3.0)
    grad_clipping(net, 1.0)
    close(net.weight.grad.norm(), torch.tensor(1.0))
    assert net.bias.grad is None


@pytest.mark.parametrize("theta", [0, -1, float("nan")])
def test_clipping_to_nothing(theta):
    with pytest.raises(ValueError, match="theta is the largest norm to allow, above 0"):
        grad_clipping(nn.Linear(2, 2), theta)


# --- learning -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("loader, carry", [(SequentialLoader, True), (RandomLoader, False)])
@pytest.mark.parametrize("embed", [False, True])
def test_it_learns_a_text_both_ways(loader, carry, embed):
    torch.manual_seed(0)
    data = loader(text(), 4, 8)
    history = fit(model(hidden=16, embed=embed), data, loss=loss, optimizer=sgd(1.0), epochs=12, clip=1.0,
                  step=LanguageModelStep(carry), plot=False)  # fmt: skip
    assert history.last("train perplexity") < (1.05 if carry else 1.1)


def test_carried_state_remembers_over_the_border_of_a_batch():
    """0 0 1 1 0 0 1 1 …, one token a batch: without the carried state, what follows a 0 is a toss of a coin."""
    corpus, found = (torch.arange(320) // 2) % 2, {}
    for carry in (True, False):
        torch.manual_seed(0)
        net, train = model(vocab_size=2), SequentialLoader(corpus, 2, 2)
        fit(net, train, loss=loss, optimizer=sgd(0.5), epochs=8, clip=1.0, step=LanguageModelStep(carry), plot=False)
        one_by_one = SequentialLoader(corpus, 2, 1, shift=False)
        found[carry] = evaluate(net, one_by_one, loss=loss, step=LanguageModelStep(carry))["perplexity"]
    assert found[True] < 1.1 and found[False] > 1.9


# --- writing ------------------------------------------------------------------------------------------------------

def test_temperature():
    logits = torch.tensor([2.0, 1.0, 0.0]).double()
    close(next_token_probabilities(logits), logits.softmax(0))
    close(next_token_probabilities(logits, temperature=0.5), (2 * logits).softmax(0))
    close(next_token_probabilities(logits, temperature=1e9), torch.full((3,), 1 / 3).double())
    for tiny in (1e-9, 1e-320):
        close(next_token_probabilities(logits, temperature=tiny), torch.tensor([1.0, 0, 0]).double())


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.floats(0.1, 5), st.integers(0, 99))
def test_top_k_keeps_the_k_largest_in_proportion(k, temperature, seed):
    logits = torch.randn(2, 6, generator=torch.Generator().manual_seed(seed)).double()
    before = logits.clone()
    p, full = next_token_probabilities(logits, temperature, k), next_token_probabilities(logits, temperature)
    assert torch.equal(logits, before)
    assert (p > 0).sum(-1).tolist() == [k, k]
    kept = full * (p > 0)
    close(p, kept / kept.sum(-1, keepdim=True))
    assert (full[p > 0].reshape(2, k).min(-1).values >= full.masked_fill(p > 0, 0).max(-1).values).all()


def test_equal_logits_still_leave_k_tokens():
    assert (next_token_probabilities(torch.zeros(5), top_k=2) > 0).sum() == 2


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"temperature": 0}, "temperature must be above 0, not 0"),
        ({"temperature": -1}, "temperature must be above 0"),
        ({"temperature": float("nan")}, "temperature must be above 0"),
        ({"top_k": 0}, "top_k must lie in 1 … 3"),
        ({"top_k": 4}, "top_k must lie in 1 … 3, the number of tokens, or be None, not 4"),
    ],
)
def test_temperature_and_top_k_out_of_range(arguments, message):
    with pytest.raises(ValueError, match=message):
        next_token_probabilities(torch.zeros(3), **arguments)
    with pytest.raises(ValueError, match=message):
        generate(model(3), "a", 1, Vocab("aabbc", unknown=None), **arguments)


@pytest.fixture(scope="module")
def cyclic():
    """A model that has learned a b c d e a b …, and its vocabulary."""
    torch.manual_seed(0)
    vocab = Vocab("abcde" * 80, unknown=None)
    net = model(hidden=16)
    fit(net, SequentialLoader(vocab[list("abcde" * 80)], 4, 8), loss=loss, optimizer=sgd(1.0), epochs=12, clip=1.0,
        step=LanguageModelStep(), plot=False)  # fmt: skip
    return net, vocab


def test_it_writes_what_it_has_learned(cyclic):
    net, vocab = cyclic
    assert generate(net, "bc", 8, vocab, top_k=1) == "bcdeabcdea"
    assert generate(net, ["b", "c"], 3, vocab, top_k=1) == ["b", "c", "d", "e", "a"]
    assert generate(net, "bc", 0, vocab) == "bc"


def test_a_seed_gives_one_text_and_a_mode_is_left_as_it_was(cyclic):
    net, vocab = cyclic
    net.train()
    texts = {generate(net, "a", 30, vocab, temperature=3.0, generator=torch.Generator().manual_seed(s)) for s in (1, 1)}
    other = generate(net, "a", 30, vocab, temperature=3.0, generator=torch.Generator().manual_seed(2))
    assert len(texts) == 1 and other not in texts
    assert net.training


def test_step_by_step_equals_reading_the_whole_prefix_again(cyclic):
    net, vocab = cyclic
    written = generate(net, "ab", 12, vocab, temperature=2.0, generator=torch.Generator().manual_seed(0))
    generator = torch.Generator().manual_seed(0)
    again = "ab"
    for _ in range(12):
        logits, _ = net(torch.tensor([vocab[list(again)]]))
        p = next_token_probabilities(logits[0, -1].double(), 2.0)
        again += vocab.to_tokens(int(torch.multinomial(p, 1, generator=generator)))
    assert written == again


def test_prefixes_that_cannot_be_continued(cyclic):
    net, vocab = cyclic
    with pytest.raises(ValueError, match=r"the prefix has \['x', 'z'\], which this vocabulary lacks"):
        generate(net, "azxz", 3, vocab)
    with pytest.raises(ValueError, match="the prefix is empty"):
        generate(net, "", 3, vocab)
    with pytest.raises(ValueError, match="length is how many tokens"):
        generate(net, "a", -1, vocab)
