module stet.dev/services

go 1.15
