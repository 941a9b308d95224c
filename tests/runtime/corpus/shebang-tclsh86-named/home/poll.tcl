#!/usr/bin/tclsh8.6
package require http
set tok [http::geturl http://sensor.example.edu/now]
puts [string trim [http::data $tok]]
http::cleanup $tok
