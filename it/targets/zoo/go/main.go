// Goroutines: what Go does to stacks while a function of theirs is probed.
//
//	goroutines grow | switch | panic | goexit
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"
)

var mode string
var right, wrong int64

//go:noinline
func work(n int64, depth int) int64 {
	switch mode {
	case "grow":
		var frame [1500]byte
		frame[depth] = byte(n)
		if depth > 0 {
			return work(n, depth-1) + int64(frame[depth]-byte(n))
		}
	case "switch":
		runtime.Gosched()
	case "panic":
		if depth == 0 && n%2 == 0 {
			panic(n)
		}
		if depth > 0 {
			return work(n, depth-1)
		}
	case "goexit":
		if n%2 == 0 {
			runtime.Goexit()
		}
	}
	return n*3 + 1
}

func check(got, wanted int64) {
	if got == wanted {
		atomic.AddInt64(&right, 1)
	} else {
		atomic.AddInt64(&wrong, 1)
	}
}

func round(n int64) {
	defer func() {
		if mode == "panic" && n%2 == 0 {
			if recover() == nil {
				check(0, 1)
			}
		}
	}()
	depth := 0
	if mode == "grow" {
		depth = 60
	} else if mode == "panic" {
		depth = 5
	}
	check(work(n, depth), n*3+1)
}

func main() {
	mode = os.Args[1]
	debug.SetGCPercent(5) // which shrinks stacks, too
	start := make(chan os.Signal, 1)
	signal.Notify(start, syscall.SIGUSR1)
	fmt.Printf("ready pid=%d\n", os.Getpid())
	<-start
	var all sync.WaitGroup
	for n := int64(0); n < 200; n++ {
		all.Add(1)
		go func(n int64) {
			defer all.Done()
			round(n)
			if mode == "switch" {
				for i := 0; i < 5; i++ {
					round(n)
				}
			}
			runtime.GC()
		}(n)
	}
	all.Wait()
	fmt.Printf("result right=%d wrong=%d\n", right, wrong)
}
