module example.com/ledger

go 1.19

require example.com/queue v1.3.2
