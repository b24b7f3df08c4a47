module zoo

go 1.15
