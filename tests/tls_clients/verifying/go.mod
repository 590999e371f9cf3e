module example.com/verifying

go 1.24
