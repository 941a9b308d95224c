#!/bin/sh
cd $HOME && make update
