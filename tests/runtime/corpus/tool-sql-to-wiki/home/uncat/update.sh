# uncategorized pages by size.  no shebang, always started with bash
cd ~/uncat

for db in ptwiki_p glwiki_p
do
	l=${db%wiki_p}
	echo "select page_title, page_len from page
	      left join categorylinks on cl_from = page_id
	      where page_namespace = 0 and page_is_redirect = 0 and cl_from is null
	      order by page_len desc limit 500;" |
	sql $db -N 2>> sql.err |
	perl -CSD -F'\t' -lane '
		$F[0] =~ tr/_/ /;
		next if $F[0] =~ /^(?:Python|Java|Ruby)$/;   # disambiguations
		printf "# [[%s]] (%d)\n", @F[0,1];
	' > $l.txt

	[ -s $l.txt ] || { echo "$l: empty, is the replica down?"; continue; }
	python3 ~/pywikibot-core/pwb.py pagefromfile -lang:$l -file:$l.txt -notitle -force -safe -summary:"Bot: actualización" \
	   -title:"User:Example/Uncat" < /dev/null
done

