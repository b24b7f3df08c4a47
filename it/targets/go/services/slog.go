//go:build go1.21
// +build go1.21

package main

import (
	"io/ioutil"
	"log/slog"
)

var logger = slog.New(slog.NewTextHandler(ioutil.Discard, nil))

func structured(n int) {
	logger.Info("slow round", "n", n)
	if n%5 == 0 {
		logger.Warn("fifth round", "n", n)
	}
}
