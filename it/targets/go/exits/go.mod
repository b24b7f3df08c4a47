module stet.dev/exits

go 1.19
