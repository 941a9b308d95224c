package main

import "os/exec"

func main() { exec.Command("date").Run() }
