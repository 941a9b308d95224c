foreach f [glob -nocomplain logs/*.log] { puts "$f [file size $f]" }
