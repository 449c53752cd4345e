"""What all peers do: read one line per round ("train" or "infer") and answer with seconds, processor seconds and peak
megabytes of resident memory.

A peer is a class made from the first argument, the precision and the batch size, with the methods train and infer.
"""
import sys
import time
import warnings

import torch
import torchvision


def peak_megabytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 / 1e6 for line in status if line.startswith("VmHWM:"))


def reset_peak():
    with open("/proc/self/clear_refs", "w") as commands:
        commands.write("5")


def serve(create):
    warnings.simplefilter("ignore")
    network, precision, batch, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    peer = create(network, precision, int(batch))
    parameters = sum(numbers.numel() for part in vars(peer).values() if isinstance(part, torch.nn.Module) for numbers in part.parameters())
    print(f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}, eager, {parameters} parameters", flush=True)
    for line in sys.stdin:
        reset_peak()
        start, processor = time.perf_counter(), time.process_time()
        getattr(peer, line.strip())()
        print(time.perf_counter() - start, time.process_time() - processor, peak_megabytes(), flush=True)
