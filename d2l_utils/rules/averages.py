"""An average of the parameters, kept beside whatever rule moves them."""


def average(mean, p, share):
    """Move the mean by p's share in it, 1/t if t places weigh alike."""
    mean += share * (p - mean)
    return mean
