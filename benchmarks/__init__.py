"""Speed and memory as ratios against a bare peer in the same run: python -m benchmarks."""
