// Package queue is a module that another depends on.
package queue

//go:noinline
func Push(n int) int { return n * 2 }
