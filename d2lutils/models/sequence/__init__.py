"""Models of sequences: language models, encoder and decoder, and how sentences are read off them."""

from d2lutils.models.sequence.decoding import Hypothesis, beam_search, greedy_search
from d2lutils.models.sequence.language_model import RNNModel, generate, next_token_probabilities
from d2lutils.models.sequence.transformer import (
    AddNorm,
    DecoderCache,
    PositionWiseFFN,
    Transformer,
    TransformerDecoder,
    TransformerDecoderBlock,
    TransformerEncoder,
    TransformerEncoderBlock,
    attention_maps,
)

__all__ = [
    "AddNorm", "DecoderCache", "Hypothesis", "PositionWiseFFN", "RNNModel", "Transformer", "TransformerDecoder",
    "TransformerDecoderBlock", "TransformerEncoder", "TransformerEncoderBlock", "attention_maps", "beam_search",
    "generate", "greedy_search", "next_token_probabilities",
]
