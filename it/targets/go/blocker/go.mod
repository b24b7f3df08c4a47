module blocker

go 1.19
