#!/bin/sh
exec tclsh end.tcl
