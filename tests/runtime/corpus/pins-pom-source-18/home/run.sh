#!/bin/sh
cd $HOME/indexer
exec mvn -q -o exec:java
