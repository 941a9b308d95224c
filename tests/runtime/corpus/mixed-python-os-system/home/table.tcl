puts [lindex $argv 0]
