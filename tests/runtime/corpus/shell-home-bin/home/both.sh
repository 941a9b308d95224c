#!/bin/sh
"$HOME/bin/x" && ${HOME}/bin/y --quiet
