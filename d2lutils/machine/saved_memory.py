"""How many bytes autograd keeps for the walk back: what training stores and predicting does not."""

import torch


class SavedMemory:
    """Counts the bytes stored for the backward pass while its block runs: `with SavedMemory(net.parameters()) as kept`.

    ignore: tensors that are there anyway (the parameters, say) and are not counted. Tensors that share their memory
    count once. now: the bytes stored at this moment, peak: the most so far, history: `now` after each change.
    """

    def __init__(self, ignore=()):
        self.ignored = {tensor.untyped_storage().data_ptr() for tensor in ignore}
        self.users = {}                                     # address of the memory -> how many saved tensors live there
        self.now, self.peak, self.history = 0, 0, [0]

    def __enter__(self):
        self.hooks = torch.autograd.graph.saved_tensors_hooks(lambda t: _Kept(self, t), lambda kept: kept.tensor)
        self.hooks.__enter__()
        return self

    def __exit__(self, *error):
        self.hooks.__exit__(*error)

    def add(self, storage, sign):
        place = storage.data_ptr()
        if place in self.ignored:
            return
        before = self.users.get(place, 0)
        self.users[place] = before + sign
        if 0 in (before, self.users[place]):                # its first user came, or its last one went
            self.now += sign * storage.nbytes()
            self.peak = max(self.peak, self.now)
            self.history.append(self.now)


class _Kept:
    """One saved tensor; autograd drops it when the walk back has used it."""

    def __init__(self, memory, tensor):
        self.memory, self.tensor = memory, tensor.detach()  # detached, or an output would keep its own graph alive
        memory.add(self.tensor.untyped_storage(), 1)

    def __del__(self):
        self.memory.add(self.tensor.untyped_storage(), -1)
