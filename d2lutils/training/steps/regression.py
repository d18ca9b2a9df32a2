"""What a batch of examples and their numbers does."""

from d2lutils.training.steps.step import Step, StepOutput, input_and_target, mean_loss


class Regression(Step):
    """batch: (x, y) with the model's output and y of one shape, (B, …).

    Raises ValueError when the shapes differ: subtracting (B,) from (B, 1) broadcasts to (B, B) without a word.
    """

    def __call__(self, net, batch, loss):
        x, y = input_and_target(batch, "regression")
        output = net(x)
        if output.shape != y.shape:
            raise ValueError(
                f"the model's output {tuple(output.shape)} and the target {tuple(y.shape)} must have one shape, or "
                "their difference broadcasts: reshape the target, for example y.reshape(-1, 1)"
            )
        return StepOutput(mean_loss(loss, output, y), output, y, y.shape[0])


regression = Regression()
