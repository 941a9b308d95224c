#!/bin/bash
cd "$HOME/feed" && go run .
