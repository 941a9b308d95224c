package main

func main() { println("feed") }
