"""Beyond one machine: the same check, done by the workers of a Dask cluster.

Nothing here is imported unless `--executor` is given, and nothing of Dask unless the cluster is connected to.
"""
