module stet.dev/values

go 1.19
