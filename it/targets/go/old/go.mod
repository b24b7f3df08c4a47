module old

go 1.15
