load data local infile 'books/books.txt' into table books character set utf8;

