#!/bin/bash

usage(){
echo "
Written by Brian Bushnell
Last modified March 6, 2019

Description:  Compares reads to the kmers in a reference dataset, optionally 
allowing an edit distance. Splits the reads into two outputs.

Usage:  bbduk.sh in=<input file> out=<output file> ref=<contaminant files>

python and perl users: see the guide.
"
}

DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/"
CP="$DIR""current/"

z="-Xmx1g"
set=0

if [ -z "$1" ] || [[ $1 == -h ]] || [[ $1 == --help ]]; then
	usage
	exit
fi

bbduk() {
	local CMD="java -ea $z -cp $CP jgi.BBDuk $@"
	echo $CMD >&2
	eval $CMD
}

bbduk "$@"
