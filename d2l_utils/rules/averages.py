"""An average of the parameters, kept beside whatever rule moves them."""


def average(mean, p, share):
    """Move the mean towards p by the share that p gets in it: 1/t if all t places weigh alike."""
    mean += share * (p - mean)
    return mean
