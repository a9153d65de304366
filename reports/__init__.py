"""Reports and documents: figures are collected once, then written on paper in any language."""
