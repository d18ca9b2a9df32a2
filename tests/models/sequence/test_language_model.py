"""The language model, and text written with it."""

import pytest
import torch
from helpers.nets.language_models import loss, model, sgd
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from d2lutils.data import SequentialLoader, Vocab
from d2lutils.layers import RNN
from d2lutils.models import RNNModel, generate, next_token_probabilities
from d2lutils.training import LanguageModelStep, fit

close = torch.testing.assert_close


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
