// ledger is a program that is built with a module of a version.
//
//	ledger -interval MILLIS
//
// It prints "ready pid=P" and calls post until SIGTERM, which it ends with "done calls=C".
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/queue"
)

//go:noinline
func post(n int) int { return queue.Push(n) + 1 }

func main() {
	interval := flag.Int("interval", 5, "milliseconds between calls")
	flag.Parse()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	fmt.Printf("ready pid=%d\n", os.Getpid())
	for calls := 0; ; calls++ {
		select {
		case <-stop:
			fmt.Printf("done calls=%d\n", calls)
			return
		case <-time.After(time.Duration(*interval) * time.Millisecond):
			post(calls)
		}
	}
}
