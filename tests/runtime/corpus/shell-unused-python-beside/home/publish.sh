#!/bin/bash
cp -r "$HOME/build/." "$HOME/public_html/"
chmod -R a+rX "$HOME/public_html"
