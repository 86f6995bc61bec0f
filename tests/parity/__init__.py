"""Parity of the optimizers with PyTorch, MXNet and the formulas of the papers, step by step."""
