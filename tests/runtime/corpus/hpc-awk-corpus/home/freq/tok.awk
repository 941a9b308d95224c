#!/usr/bin/awk -f
# tok.awk: one word a line
BEGIN { FS = "[^a-zA-Z'-]+" }
{
	for (i = 1; i <= NF; i++)
		if (length($i) >= min) print tolower($i)
}
