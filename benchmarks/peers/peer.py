"""What all peers do: read one line per round, do its work, answer with seconds and processor seconds."""
import sys
import time
import warnings

import torch
import torchvision


def serve(create):
    """Arguments: network, number format, batch, threads. `create` makes an object whose methods are the works."""
    warnings.simplefilter("ignore")
    network, precision, batch, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    worker = create(network, precision, int(batch))
    print(f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}, eager", flush=True)
    for line in sys.stdin:
        start, processor = time.perf_counter(), time.process_time()
        getattr(worker, line.strip())()
        print(time.perf_counter() - start, time.process_time() - processor, flush=True)
