/* pages about perl, python and php */
select page_title, page_len from page where page_namespace = 0 and page_title rlike '^(Perl|Python|PHP)' limit 100;

