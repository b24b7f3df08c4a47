# Threads that take turns at the interpreter's lock, while functions of the interpreter are probed.
import os, signal, threading

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
print("ready pid=%d" % os.getpid(), flush=True)
signal.sigwait([signal.SIGUSR1])
sums = [0] * 8


def run(place):
    for n in range(300):
        sums[place] += sum(map(len, [str(n), "%d" % (n * place)]))


threads = [threading.Thread(target=run, args=(place,)) for place in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("result sums=%s" % sums)
