package main

import (
	"database/sql/driver"
	"errors"
	"io"
	"strings"
)

// A database that has nothing, and refuses statements that begin with FAIL.
type nothing struct{}

func (nothing) Open(string) (driver.Conn, error) { return connection{}, nil }

type connection struct{}

func (connection) Prepare(query string) (driver.Stmt, error) { return prepared{query}, nil }
func (connection) Close() error                              { return nil }
func (connection) Begin() (driver.Tx, error)                 { return nil, errors.New("no transactions") }

type prepared struct{ query string }

func (prepared) Close() error  { return nil }
func (prepared) NumInput() int { return -1 }

func (p prepared) Exec([]driver.Value) (driver.Result, error) {
	if strings.HasPrefix(p.query, "FAIL") {
		return nil, errors.New("it failed, as asked")
	}
	return driver.RowsAffected(1), nil
}

func (p prepared) Query([]driver.Value) (driver.Rows, error) { return rows{}, nil }

type rows struct{}

func (rows) Columns() []string         { return []string{"name"} }
func (rows) Close() error              { return nil }
func (rows) Next([]driver.Value) error { return io.EOF }
