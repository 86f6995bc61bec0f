"""Run the benchmark in a new process in which every library has one thread: `make bench`."""

import os
import subprocess
import sys

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MXNET_CPU_WORKER_NTHREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
    "KERAS_BACKEND": "jax",  # its compiled step is the fastest that Keras has on this machine's processor
}

if __name__ == "__main__":
    # The libraries read these when they are imported, so they are set before the process begins.
    command = [sys.executable, "-m", "benchmarks.run", *sys.argv[1:]]
    sys.exit(subprocess.run(command, env=os.environ | ONE_THREAD).returncode)
